"""Django settings. Values that differ between machines come from `environment`."""

import os
from typing import Any

from config.environment import BACKEND, read_environment

ENVIRONMENT = read_environment(os.environ)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
DATABASES = {"default": ENVIRONMENT.database}
CACHES = {"default": ENVIRONMENT.cache}
CHANNEL_LAYERS = {"default": ENVIRONMENT.channel_layer}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "strawberry_django",
    "drf_spectacular",
    "drf_spectacular_sidecar",  # Swagger's files; nothing comes from a CDN
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
    "django_entrance.middleware.EntraMiddleware",  # before OwnTokenMiddleware, which refuses unknown tokens
    "accounts.middleware.OwnTokenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTHENTICATION_BACKENDS = ["django_entrance.backends.EntraBackend", "django.contrib.auth.backends.ModelBackend"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# App roles and groups of Entra give Django groups, and these are the roles of Logbook. Admins may enter the admin.
ACCESS: dict[str, Any] = {
    "app_roles": {
        "Reader": {"groups": ["Reader"]},
        "Writer": {"groups": ["Writer"]},
        "Admin": {"groups": ["Admin"], "is_staff": True},
    },
    "groups": {ENVIRONMENT.writers_group: {"groups": ["Writer"]}} if ENVIRONMENT.writers_group else {},
}
ENTRANCE: dict[str, Any] = {
    **ENVIRONMENT.entrance,
    "REQUIRED_SCOPES": ["access_as_user"],
    "AUDIENCES": [ENVIRONMENT.tools_uri] if ENVIRONMENT.tools_uri else [],
    "ACCESS": ACCESS,
    "AUTHENTICATION_CONTEXTS": {"delete": "c1"},
    "CLAIM_MAPPING": {
        "first_name": "given_name",
        "last_name": "family_name",
        "email": ["email", "upn", "preferred_username"],
    },
    # "Who am I at Microsoft" asks Graph as the person. Without a credential nothing can be asked.
    "TOKENS_CACHE": "default" if ENVIRONMENT.entrance.get("CLIENT_SECRET") else None,
}
if ENVIRONMENT.has_shared_cache:
    ENTRANCE["KEYS_CACHE"] = "default"  # one process fetches Entra's keys for all
if ENVIRONMENT.public_url:
    ENTRANCE["PUBLIC_URL"] = ENVIRONMENT.public_url
if ENVIRONMENT.tools_client:  # beside the clients that are allowed without this key
    ENTRANCE["ALLOWED_CLIENTS"] = [ENTRANCE["SPA_CLIENT_ID"], ENTRANCE["CLIENT_ID"], ENVIRONMENT.tools_client]

# With a Django session, people are signed in on the front end and on Django's own pages at once.
HAS_DJANGO_SESSION = ENVIRONMENT.has_django_session
LOGIN_URL = "entrance:sign-in"
LOGIN_REDIRECT_URL = "index"

# Vite builds the front end with base /static/ and content hashes in the file names of assets/.
FRONT_END = BACKEND.parent / "frontend" / "dist"
STATIC_URL = "/static/"
STATICFILES_DIRS = [FRONT_END]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # if the front end is not built, the page at / names the command
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/assets/[^/]+-[\w-]{8}\.\w+$"

# The page must see when its sign-in window closes; `same-origin` would prevent that.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(ENVIRONMENT.public_url) or not DEBUG
# Only for a proxy that overwrites the header, as ../../deploy/nginx.conf.template does.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.public_url else None
SECURE_HSTS_SECONDS = 0 if DEBUG else 30 * 24 * 60 * 60  # Django sends it over https only; the proxy redirects http

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # ten times the longest entry in the widest encoding

STRAWBERRY_DJANGO = {"MAP_AUTO_ID_AS_GLOBAL_ID": False}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "logbook.rest.errors.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Logbook",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],  # the document and its page are public, as the schema of GraphQL is
    "SCHEMA_PATH_PREFIX": "/api/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_OAUTH2_CONFIG": {
        "clientId": ENVIRONMENT.entrance.get("SPA_CLIENT_ID", ""),
        "scopes": [f"api://{ENVIRONMENT.entrance.get('CLIENT_ID', '')}/access_as_user"],  # ticked
        "usePkceWithAuthorizationCodeGrant": True,
    },
}
