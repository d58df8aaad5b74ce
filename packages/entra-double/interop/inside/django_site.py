"""Minimal Django site with sign-in, for clients that are Django packages."""

from __future__ import annotations

import os
import tempfile

import django
from django.conf import settings


def configure(*apps: str, middleware: tuple[str, ...] = (), **more: object) -> None:
    """Configure Django with sessions, users and the client's settings. Create a temporary database."""
    folder = tempfile.mkdtemp(prefix="client-")
    settings.configure(
        SECRET_KEY="not a secret, for development only",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="__main__",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(folder, "db.sqlite3")}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                        "django.contrib.messages", *apps],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                    "django.contrib.messages.middleware.MessageMiddleware", *middleware],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                    "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                                                       "django.contrib.auth.context_processors.auth",
                                                       "django.contrib.messages.context_processors.messages"]}}],
        LOGIN_REDIRECT_URL="/who",
        LOGOUT_REDIRECT_URL="/signed-out",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING={"version": 1, "disable_existing_loggers": False,
                 "handlers": {"all": {"class": "logging.StreamHandler"}}, "root": {"handlers": ["all"]}},
        **more,
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def application() -> object:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
