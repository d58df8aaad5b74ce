"""Turns wrong settings into advice at start: entrance.E001 to E025, W001 to W004, W007 and W008."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.middleware import AuthenticationMiddleware, RemoteUserMiddleware
from django.core.checks import CheckMessage, Error, Warning
from django.db import router
from django.middleware.cache import FetchFromCacheMiddleware
from django.utils.module_loading import import_string

from django_entrance.accounts.application_users import missing_users
from django_entrance.accounts.django_groups import missing_groups
from django_entrance.conf.loading import faults_at_start, machine_identity_variable
from django_entrance.frontend import views
from django_entrance.middleware import EntraMiddleware

MIDDLEWARE = "django_entrance.middleware.EntraMiddleware"
DJANGO_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E001 to E010, E013 to E025: ``ENTRANCE`` itself."""
    return [Error(fault.message, hint=fault.hint, id=f"entrance.{fault.check_id}") for fault in faults_at_start()]


def check_environment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W004: the API's id is not that of the machine that it runs on."""
    if not (variable := machine_identity_variable()):
        return []
    message = (
        f"CLIENT_ID or TENANT_ID comes from AZURE_… alone, where {variable} gives this machine an identity of its own."
    )
    hint = "If they are not the API's, set ENTRANCE_CLIENT_ID and ENTRANCE_TENANT_ID, or write ENTRANCE itself."
    return [Warning(message, hint=hint, id="entrance.W004")]


def check_middleware(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E011, E012: the middleware is there, and after Django's own. W002, W003: nothing stands where it may not."""
    order = list(settings.MIDDLEWARE)
    ours = position_of(EntraMiddleware, order)
    if ours is None:
        hint = f"Add {MIDDLEWARE!r} directly after {DJANGO_MIDDLEWARE!r}."
        return [Error("EntraMiddleware is not in MIDDLEWARE.", hint=hint, id="entrance.E011")]
    theirs = position_of(AuthenticationMiddleware, order[:ours])
    if theirs is None:
        hint = f"Put {DJANGO_MIDDLEWARE!r} before it: it would overwrite request.user."
        return [Error("EntraMiddleware comes before AuthenticationMiddleware.", hint=hint, id="entrance.E012")]
    return [*find_early(order[:ours], order[theirs + 1 : ours]), *find_late(order[ours:])]


def find_early(before: Sequence[str], between: Sequence[str]) -> Iterator[CheckMessage]:
    """W002: what stands before EntraMiddleware, and answers or looks at the user without knowing who calls.

    A login that Django has stands before it, and so may whatever of Django's does not read the user.
    """
    caches = [path for path in before if is_kind(path, FetchFromCacheMiddleware)]
    others = [path for path in between if not path.startswith("django.") and not is_kind(path, RemoteUserMiddleware)]
    for path in dict.fromkeys([*caches, *others]):
        yield Warning(
            f"{path} comes before EntraMiddleware, and does not know who sent a bearer token.",
            hint=f"Put {MIDDLEWARE!r} directly after {DJANGO_MIDDLEWARE!r}.",
            id="entrance.W002",
        )


def find_late(after: Sequence[str]) -> Iterator[CheckMessage]:
    """W003: a login of Django's that signs out, or forgets, every user that did not come by it."""
    for path in after:
        if is_kind(path, AuthenticationMiddleware):
            yield Warning(
                f"{path} comes after EntraMiddleware, and forgets who sent a bearer token.",
                hint=f"Put {MIDDLEWARE!r} directly after the last of the two.",
                id="entrance.W003",
            )
        elif is_kind(path, RemoteUserMiddleware) and import_string(path).force_logout_if_no_header:
            yield Warning(
                f"{path} comes after EntraMiddleware, and signs out who sent a bearer token.",
                hint=f"Put it before {MIDDLEWARE!r}.",
                id="entrance.W003",
            )


def position_of(kind: type, order: Sequence[str]) -> int | None:
    """Return the place of a middleware, or of a project's own kind of it, or None when it is not there."""
    return next((place for place, path in enumerate(order) if is_kind(path, kind)), None)


def is_kind(path: str, kind: type) -> bool:
    try:
        middleware = import_string(path)
    except ImportError:  # Django says so itself when it starts
        return False
    return isinstance(middleware, type) and issubclass(middleware, kind)


def check_redirect_bridge(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W001: the built script of the redirect page is there; an API without a front end can do without."""
    if views.REDIRECT_BRIDGE.is_file():
        return []
    return [Warning(views.BRIDGE_MISSING, hint=views.BRIDGE_REMEDY, id="entrance.W001")]


def check_application_users(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """W007: applications have their users. Only ``manage.py check --database default`` and ``migrate`` may ask that."""
    if router.db_for_read(get_user_model()) not in (databases or ()) or faults_at_start():
        return []
    hint = "Create the user; a person with an Entra account is none. Until then the application is refused."
    return [
        Warning(f"ENTRANCE['APPLICATIONS'] names {name!r}, which is no user.", hint=hint, id="entrance.W007")
        for name in missing_users()
    ]


def check_groups(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """W008: the Django groups of ``ACCESS`` are there. Only where a database may be asked, as for W007."""
    if router.db_for_read(get_user_model()) not in (databases or ()) or faults_at_start():
        return []
    hint = "manage.py migrate makes it; until then it gives no rights. If the group was renamed, change ACCESS, too."
    return [
        Warning(f"ENTRANCE['ACCESS'] gives {name!r}, which is no Django group.", hint=hint, id="entrance.W008")
        for name in missing_groups()
    ]
