"""Logbook's settings for its tests: the same whatever the environment says, and with a quick hasher."""

import os

FOREIGN = ("AZURE_", "ENTRANCE_", "DATABASE_URL", "CACHE_URL", "DJANGO_")
for name in [name for name in os.environ if name.startswith(FOREIGN)]:
    if name != "DJANGO_SETTINGS_MODULE":
        del os.environ[name]
os.environ["DJANGO_DEBUG"] = "1"
if url := os.environ.get("LOGBOOK_TEST_DATABASE_URL"):  # the suite passes on PostgreSQL, too
    os.environ["DATABASE_URL"] = url

from config.settings import *  # noqa: E402, F403 the environment has to be set first
from config.settings import ENTRANCE  # noqa: E402

# Tests run with DEBUG off, where an authority on http is refused; those of Entra people bring their own.
ENTRANCE = ENTRANCE | {"AUTHORITY_HOST": "https://login.microsoftonline.com"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
