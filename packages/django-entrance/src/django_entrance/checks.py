"""Turns wrong settings into advice at start: entrance.E001 to E022, W001 to W004, and W007."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning
from django.db import router

from django_entrance import conf, views
from django_entrance.application_users import missing_users

MIDDLEWARE = "django_entrance.middleware.EntraMiddleware"
DJANGO_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E001 to E010, E013 to E022: ``ENTRANCE`` itself."""
    return [Error(fault.message, hint=fault.hint, id=f"entrance.{fault.check_id}") for fault in conf.faults_at_start()]


def check_environment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W004: the API's id is not that of the machine that it runs on."""
    if not (variable := conf.machine_identity_variable()):
        return []
    message = f"CLIENT_ID comes from AZURE_CLIENT_ID alone, where {variable} gives this machine an identity of its own."
    hint = "If that id is not the API's, set ENTRANCE_CLIENT_ID and ENTRANCE_TENANT_ID, or write ENTRANCE itself."
    return [Warning(message, hint=hint, id="entrance.W004")]


def check_middleware(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E011, E012: the middleware is there, and after Django's own."""
    order = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in order:
        hint = f"Add {MIDDLEWARE!r} after {DJANGO_MIDDLEWARE!r}."
        return [Error("EntraMiddleware is not in MIDDLEWARE.", hint=hint, id="entrance.E011")]
    if DJANGO_MIDDLEWARE not in order[: order.index(MIDDLEWARE)]:
        hint = f"Put {DJANGO_MIDDLEWARE!r} before it: it would overwrite request.user."
        return [Error("EntraMiddleware comes before AuthenticationMiddleware.", hint=hint, id="entrance.E012")]
    return []


def check_redirect_bridge(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W001: the built script of the redirect page is there; an API without a front end can do without."""
    if views.REDIRECT_BRIDGE.is_file():
        return []
    return [Warning(views.BRIDGE_MISSING, hint=views.BRIDGE_REMEDY, id="entrance.W001")]


def check_application_users(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """W007: applications have their users. Only ``manage.py check --database default`` and ``migrate`` may ask that."""
    if router.db_for_read(get_user_model()) not in (databases or ()) or conf.faults_at_start():
        return []
    hint = "Create the user; a person with an Entra account is none. Until then the application is refused."
    return [
        Warning(f"ENTRANCE['APPLICATIONS'] names {name!r}, which is no user.", hint=hint, id="entrance.W007")
        for name in missing_users()
    ]
