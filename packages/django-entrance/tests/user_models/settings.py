import json
import os

from project_settings import *  # noqa: F403
from project_settings import ENTRANCE as USUAL
from project_settings import INSTALLED_APPS as APPS

IN_MEMORY = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
INSTALLED_APPS = [*APPS, "user_models"]
AUTH_USER_MODEL = "user_models.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": json.loads(os.environ.get("USER_DATABASE") or json.dumps(IN_MEMORY))}
ENTRANCE = USUAL
