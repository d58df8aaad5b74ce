"""Settings for the tests: independent of the environment, with a fast password hasher."""

import os

FOREIGN = ("AZURE_", "ENTRANCE_", "DATABASE_URL", "CACHE_URL", "DJANGO_", "LOGBOOK_SESSION")
for name in [name for name in os.environ if name.startswith(FOREIGN)]:
    if name != "DJANGO_SETTINGS_MODULE":
        del os.environ[name]
os.environ["DJANGO_DEBUG"] = "1"
if url := os.environ.get("LOGBOOK_TEST_DATABASE_URL"):  # for runs on PostgreSQL
    os.environ["DATABASE_URL"] = url

from config.settings import *  # noqa: E402, F403 the environment has to be set first
from config.settings import ENTRANCE  # noqa: E402

# DEBUG is off in tests, which forbids an http authority. Tests with Entra tokens set their own.
ENTRANCE = ENTRANCE | {"AUTHORITY_HOST": "https://login.microsoftonline.com"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
