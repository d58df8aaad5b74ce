"""The project with a cache on disk for tokens."""

import os

from project_settings import *  # noqa: F403
from project_settings import ENTRANCE

BACKEND = "django.core.cache.backends.filebased.FileBasedCache"
CACHES = {"default": {"BACKEND": BACKEND, "LOCATION": os.environ["SHARED_TOKENS"]}}
ENTRANCE = ENTRANCE | {"TOKENS_CACHE": "default"}
