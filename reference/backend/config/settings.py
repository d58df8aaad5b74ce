"""Django's settings for Logbook; whatever differs between machines comes from `environment`."""

import os

from config.environment import BACKEND, read_environment

ENVIRONMENT = read_environment(os.environ)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
DATABASES = {"default": ENVIRONMENT.database}
CACHES = {"default": ENVIRONMENT.cache}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "strawberry_django",
    "django_entrance",
    "accounts",
    "logbook",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_entrance.middleware.EntraMiddleware",  # first: what it leaves alone may be one of Logbook's own tokens
    "accounts.middleware.OwnTokenMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTHENTICATION_BACKENDS = ["django_entrance.backends.EntraBackend", "django.contrib.auth.backends.ModelBackend"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

ENTRANCE = {
    **ENVIRONMENT.entrance,
    "REQUIRED_SCOPES": ["access_as_user"],
    "CLAIM_MAPPING": {
        "first_name": "given_name",
        "last_name": "family_name",
        "email": ["email", "upn", "preferred_username"],
    },
}

# The front end: Vite builds it with the base /static/, and names the files in assets/ after their content.
FRONT_END = BACKEND.parent / "frontend" / "dist"
STATIC_URL = "/static/"
STATICFILES_DIRS = [FRONT_END]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # not built yet: the page at / says so, with the command
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/assets/[^/]+-[\w-]{8}\.\w+$"

# Whoever opens the sign-in window must see it being closed; `same-origin` would cut the two apart.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 30 * 24 * 60 * 60  # sent over https only, to which the proxy in front redirects

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # the longest entry in the widest encoding is a tenth of this

STRAWBERRY_DJANGO = {"MAP_AUTO_ID_AS_GLOBAL_ID": False}
