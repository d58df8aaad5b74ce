"""The site of `bench_storm.py`: one view that reads a row. STORM_WITHOUT=1 serves it without authentication.

`python -m storm_site COMMAND` runs a management command; `storm_site:application` is for uvicorn.
"""

import os
import sys
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.asgi import get_asgi_application

WITHOUT = os.environ.get("STORM_WITHOUT") == "1"

POOL = {"pool": {"min_size": 2, "max_size": 20}}
"""Under ASGI each request has a thread of its own, which would open a connection."""

if not settings.configured:
    settings.configure(
        DEBUG=True,  # entra-double's tokens and its plain http are for development
        SECRET_KEY="storm",
        ROOT_URLCONF="storm_site",
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        DATABASES={"default": dict(dj_database_url.parse(os.environ["DATABASE_URL"])) | {"OPTIONS": POOL}},
        CACHES={
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": os.environ["CACHE_URL"],
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django_entrance",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            *(
                []
                if WITHOUT
                else [
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                    "django_entrance.middleware.EntraMiddleware",
                ]
            ),
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        AUTHENTICATION_BACKENDS=[
            "django_entrance.backends.EntraBackend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        TEMPLATES=[
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
        ],
        LOGIN_REDIRECT_URL="/who/",
        SESSION_COOKIE_SECURE=True,
        CSRF_COOKIE_SECURE=True,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"file": {"class": "logging.FileHandler", "filename": os.environ["STORM_LOG"]}},
            "loggers": {name: {"handlers": ["file"], "propagate": False} for name in ("django", "django_entrance")},
        },
        ENTRANCE={
            "TENANT_ID": "c0470500-0000-4000-a000-000000000001",
            "CLIENT_ID": "a9100000-0000-4000-a000-000000000002",
            "SPA_CLIENT_ID": "5ba00000-0000-4000-a000-000000000003",
            "CLIENT_SECRET": "entra-local-not-a-secret-api",
            "AUTHORITY_HOST": os.environ["STORM_AUTHORITY"],
            "PUBLIC_URL": os.environ["STORM_PUBLIC_URL"],
            "REQUIRED_SCOPES": ["access_as_user"],
            "KEYS_CACHE": "default",
        },
    )

application = get_asgi_application()

from django.contrib.contenttypes.models import ContentType  # noqa: E402 after the applications
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django_entrance.decorators import signed_in_required  # noqa: E402


def who(request: HttpRequest) -> JsonResponse:
    """Read a row, and tell who calls."""
    row = ContentType.objects.filter(app_label="auth", model="user").values_list("pk").get()
    caller = "" if WITHOUT else request.user.get_username()
    return JsonResponse({"caller": caller, "row": row[0]})


urlpatterns: list[Any] = [
    path("who/", who if WITHOUT else signed_in_required(who)),
    path("entrance/", include("django_entrance.urls")),
]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
