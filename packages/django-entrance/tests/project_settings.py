"""A minimal Django project with django-entrance."""

import os
from importlib.util import find_spec
from pathlib import Path

import dj_database_url

SECRET_KEY = "for-tests-only-and-long-enough-for-anything"
DEBUG = True
ALLOWED_HOSTS = ["testserver", ".localhost"]
USE_TZ = True
ROOT_URLCONF = "project_urls"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "rest_framework",
    "rest_framework.authtoken",
    "knox",
    "drf_spectacular",
    "django_entrance",
]
INSTALLED_APPS = [
    each for each in INSTALLED_APPS if find_spec(each.partition(".")[0])
]  # less in Graphene's environment
MIDDLEWARE = [
    "token_watch.watch_responses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_entrance.middleware.EntraMiddleware",
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
STATIC_URL = "/static/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": "unused",
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
    # A file, since threads need connections of their own; another one where two runs go on at once
    "TEST": {"NAME": os.environ.get("ENTRANCE_TEST_SQLITE") or Path(__file__).with_name("test.sqlite3")},
}
OTHER_DATABASE = os.environ.get("ENTRANCE_TEST_DATABASE_URL")
DATABASES = {
    "default": dj_database_url.parse(OTHER_DATABASE) if OTHER_DATABASE else SQLITE,
    "people": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},  # for who sends people elsewhere
}

REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}  # views read it once, when imported

ENTRANCE = {
    "TENANT_ID": "7e4a0000-0000-4000-8000-000000000001",
    "CLIENT_ID": "a9100000-0000-4000-8000-000000000002",
    "SPA_CLIENT_ID": "5ba00000-0000-4000-8000-000000000003",
    "REQUIRED_SCOPES": ["access_as_user"],
}
