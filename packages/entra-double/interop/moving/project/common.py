"""Settings of the project that stay as they are, AUTH_ADFS among them."""

import os

SECRET_KEY = "not a secret, for development only"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "testserver"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PROJECT_DATABASE"]}}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_REDIRECT_URL = "/who"

APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
DJANGO_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
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

CLIENT_ID = "adf50000-0000-4000-a000-000000000041"

AUTH_ADFS = {
    "TENANT_ID": "c0470500-0000-4000-a000-000000000001",
    "CLIENT_ID": CLIENT_ID,
    "CLIENT_SECRET": "entra-local-not-a-secret-adfs",
    "AUDIENCE": CLIENT_ID,
    "RELYING_PARTY_ID": CLIENT_ID,
    "USERNAME_CLAIM": "upn",
    "GUEST_USERNAME_CLAIM": "email",
    "GROUPS_CLAIM": "groups",
    "MIRROR_GROUPS": True,
    "CLAIM_MAPPING": {"first_name": "given_name", "last_name": "family_name", "email": "email"},
}
