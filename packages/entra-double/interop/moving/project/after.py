"""The project's settings after the move: other apps, middleware and backends. AUTH_ADFS is the same."""

from common import *  # noqa: F403
from common import APPS, DJANGO_MIDDLEWARE

ROOT_URLCONF = "urls_after"
INSTALLED_APPS = [*APPS, "django_entrance"]
MIDDLEWARE = [
    *DJANGO_MIDDLEWARE,
    "django_entrance.middleware.EntraMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "django_entrance.backends.EntraBackend"]
