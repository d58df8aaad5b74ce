"""The project's settings while it uses django-auth-adfs."""

from common import *  # noqa: F403
from common import APPS, DJANGO_MIDDLEWARE

ROOT_URLCONF = "urls_before"
INSTALLED_APPS = [*APPS, "django_auth_adfs"]
MIDDLEWARE = [*DJANGO_MIDDLEWARE, "django.contrib.messages.middleware.MessageMiddleware"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "django_auth_adfs.backend.AdfsAuthCodeBackend"]
