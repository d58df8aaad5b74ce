"""Reports wrong settings as system checks: entrance.E001 to E027, W001 to W004, W007, W008, W010, W012 to W019."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.middleware import AuthenticationMiddleware, RemoteUserMiddleware
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, Warning
from django.db import router
from django.middleware.cache import FetchFromCacheMiddleware
from django.utils.module_loading import import_string

from django_entrance.accounts.application_users import missing_users
from django_entrance.accounts.django_groups import missing_groups
from django_entrance.bearer.middleware_order import DJANGO_MIDDLEWARE, WRONG_ORDER, is_kind, position_of
from django_entrance.conf.advice import Problem
from django_entrance.conf.loading import (
    current_settings,
    machine_identity_variable,
    moving_problems,
    problems_at_start,
)
from django_entrance.entra.client import why_unreadable
from django_entrance.frontend import views
from django_entrance.middleware import EntraMiddleware
from django_entrance.verification.policy import ANY_TENANT

MIDDLEWARE = "django_entrance.middleware.EntraMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E001 to E010, E013 to E025: ``ENTRANCE`` itself."""
    return [as_error(problem) for problem in problems_at_start()]


def as_error(problem: Problem) -> Error:
    return Error(problem.message, hint=problem.hint, id=f"entrance.{problem.check_id}")


def check_auth_adfs(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W012: a key of ``AUTH_ADFS``, the settings of django-auth-adfs, is not honoured."""
    return [Warning(each.message, hint=each.hint, id=f"entrance.{each.check_id}") for each in moving_problems()]


def check_environment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W004: the ids may be those of the machine's own identity, not the API's."""
    if not (variable := machine_identity_variable()):
        return []
    message = (
        f"CLIENT_ID or TENANT_ID comes from AZURE_… alone, and {variable} gives this machine an identity of its own."
    )
    hint = "If they are not the API's, set ENTRANCE_CLIENT_ID and ENTRANCE_TENANT_ID, or write ENTRANCE itself."
    return [Warning(message, hint=hint, id="entrance.W004")]


def check_middleware(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E011, E012: EntraMiddleware is in ``MIDDLEWARE``, after Django's own. W002, W003: the others are in order."""
    order = list(settings.MIDDLEWARE)
    ours = position_of(EntraMiddleware, order)
    if ours is None:
        hint = f"Add {MIDDLEWARE!r} directly after {DJANGO_MIDDLEWARE!r}."
        return [Error("EntraMiddleware is not in MIDDLEWARE.", hint=hint, id="entrance.E011")]
    theirs = position_of(AuthenticationMiddleware, order[:ours])
    if theirs is None:
        return [as_error(WRONG_ORDER)]
    return [*find_early(order[:ours], order[theirs + 1 : ours]), *find_late(order[ours:])]


def find_early(before: Sequence[str], between: Sequence[str]) -> Iterator[CheckMessage]:
    """W002: a middleware before EntraMiddleware that answers, or reads the user, without the bearer token.

    Django's own logins, and other middlewares of Django that do not read the user, may come before it.
    """
    caches = [path for path in before if is_kind(path, FetchFromCacheMiddleware)]
    others = [path for path in between if not path.startswith("django.") and not is_kind(path, RemoteUserMiddleware)]
    for path in dict.fromkeys([*caches, *others]):
        yield Warning(
            f"{path} comes before EntraMiddleware, and does not know the user of a bearer token.",
            hint=f"Put {MIDDLEWARE!r} directly after {DJANGO_MIDDLEWARE!r}.",
            id="entrance.W002",
        )


def find_late(after: Sequence[str]) -> Iterator[CheckMessage]:
    """W003: a login of Django after EntraMiddleware that replaces or signs out the user of a bearer token."""
    for path in after:
        if is_kind(path, AuthenticationMiddleware):
            yield Warning(
                f"{path} comes after EntraMiddleware, and replaces the user of a bearer token.",
                hint=f"It is the second AuthenticationMiddleware: remove it, or put {MIDDLEWARE!r} directly after it.",
                id="entrance.W003",
            )
        elif is_kind(path, RemoteUserMiddleware) and import_string(path).force_logout_if_no_header:
            yield Warning(
                f"{path} comes after EntraMiddleware, and signs out the user of a bearer token.",
                hint=f"Put it before {MIDDLEWARE!r}.",
                id="entrance.W003",
            )


def check_cors(app_configs: Sequence[AppConfig] | None, **_: Any) -> Iterator[CheckMessage]:
    """W018: CorsMiddleware comes after EntraMiddleware, so no script of another origin can read why it was refused."""
    ours, cors = position_of(EntraMiddleware, settings.MIDDLEWARE), position_of_cors()
    if ours is not None and cors is not None and ours < cors:
        message = "CorsMiddleware comes after EntraMiddleware: a front end on another origin cannot read refusals."
        yield Warning(message, hint=f"Put {CORS!r} first.", id="entrance.W018")


def check_exposed_headers(app_configs: Sequence[AppConfig] | None, **_: Any) -> Iterator[CheckMessage]:
    """W019: scripts of other origins cannot read the challenge of a refusal. Only ``check --deploy`` says so.

    Our React package does not need it, since the body has the reason and the claims. Other clients may.
    """
    exposed = {name.lower() for name in getattr(settings, "CORS_EXPOSE_HEADERS", ())}
    if position_of_cors() is not None and "www-authenticate" not in exposed:
        message = "Scripts of other origins cannot read the header WWW-Authenticate, which says why a token is refused."
        hint = 'Write CORS_EXPOSE_HEADERS = ["WWW-Authenticate", "Retry-After"], or silence this check.'
        yield Warning(message, hint=hint, id="entrance.W019")


def position_of_cors() -> int | None:
    """Return the index of cors-headers' middleware in ``MIDDLEWARE``, or None."""
    return settings.MIDDLEWARE.index(CORS) if CORS in settings.MIDDLEWARE else None


def check_redirect_bridge(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W001: the built script of the redirect page is missing. An API without a front end does not need it."""
    if views.REDIRECT_BRIDGE.is_file():
        return []
    return [Warning(views.BRIDGE_MISSING, hint=views.BRIDGE_REMEDY, id="entrance.W001")]


def check_application_users(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """W007: an application has no user. Only ``check --database default`` and ``migrate`` may ask the database."""
    if router.db_for_read(get_user_model()) not in (databases or ()) or problems_at_start():
        return []
    hint = "Create the user, without an Entra account. Until then the application is refused."
    return [
        Warning(f"ENTRANCE['APPLICATIONS'] names {name!r}, which is not a user.", hint=hint, id="entrance.W007")
        for name in missing_users()
    ]


def check_groups(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """W008: the Django groups of ``ACCESS`` are there. Only where a database may be asked, as for W007.

    ``manage.py migrate`` runs the checks just before it makes the groups.
    """
    if router.db_for_read(get_user_model()) not in (databases or ()) or problems_at_start():
        return []
    if sys.argv[1:2] == ["migrate"]:
        return []
    hint = "manage.py migrate makes it; until then it gives no rights. If the group was renamed, change ACCESS, too."
    return [
        Warning(f"ENTRANCE['ACCESS'] gives {name!r}, which is no Django group.", hint=hint, id="entrance.W008")
        for name in missing_groups()
    ]


def check_certificates(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W013: a ``CLIENT_CERTIFICATE`` cannot be read here, or is no PEM file with a private key and a certificate."""
    if problems_at_start():
        return []
    hint = "Write the path of a PEM file with both, which the user of this process may read."
    return [
        Warning(f"CLIENT_CERTIFICATE of the authority {name!r}: {why}.", hint=hint, id="entrance.W013")
        for name, own in current_settings().AUTHORITIES.items()
        if own.CLIENT_CERTIFICATE and (why := why_unreadable(own.CLIENT_CERTIFICATE))
    ]


def check_any_tenant(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W014: the administrators of any tenant can make superusers here: they assign the app roles in their tenant."""
    if problems_at_start():
        return []
    open_to_all = [name for name, own in current_settings().AUTHORITIES.items() if ANY_TENANT in own.ALLOWED_TENANTS]
    roles = [role for role, rights in current_settings().ACCESS.app_roles.items() if "is_superuser" in rights]
    hint = "Let an Entra group of your own tenant give is_superuser, by its object id; or list the tenants."
    return [
        Warning(
            f"ENTRANCE['ACCESS'] gives is_superuser by the app role {role!r}, and the authority {name!r} lets in any"
            " tenant: its administrators assign the role.",
            hint=hint,
            id="entrance.W014",
        )
        for name in open_to_all
        for role in roles
    ]


def check_guests(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W010: guests are limited, and only the claim ``acct`` tells all of them. Only ``check --deploy`` says so.

    Which optional claims a registration has is not seen in the settings.
    """
    if problems_at_start():
        return []
    hint = (
        "Add the optional claim acct to the API's access tokens (Token configuration), then silence this check. Without"
        " acct, a person counts as a guest only by idp."
    )
    return [
        Warning(f"ALLOW_GUESTS of the authority {name!r} needs the claim acct.", hint=hint, id="entrance.W010")
        for name, own in current_settings().AUTHORITIES.items()
        if own.ALLOW_GUESTS is not True
    ]


def check_tokens(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W017: tokens for other APIs would be kept, and no authority has a credential to get them with."""
    if problems_at_start() or current_settings().TOKENS_CACHE is None:
        return []
    if any(own.has_credential for own in current_settings().AUTHORITIES.values()):
        return []
    hint = "Set CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION; or leave TOKENS_CACHE out."
    message = "ENTRANCE['TOKENS_CACHE'] keeps tokens for other APIs, and there is no credential to get them with."
    return [Warning(message, hint=hint, id="entrance.W017")]


def check_tokens_cache(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W016: tokens for other APIs are kept in the memory of one process, or not at all.

    Only ``check --deploy`` says so.
    """
    if problems_at_start() or (alias := current_settings().TOKENS_CACHE) is None:
        return []
    if not isinstance(caches[alias], LocMemCache | DummyCache):
        return []
    hint = "Choose a cache that all processes share, such as Redis or the database."
    message = (
        f"ENTRANCE['TOKENS_CACHE'] names {alias!r}, which other processes do not see: there a session has no token for"
        " other APIs until Microsoft confirms it."
    )
    return [Warning(message, hint=hint, id="entrance.W016")]


def check_public_address(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W015: redirect URIs of page sign-in are built from the request, which may have passed a proxy.

    Only ``check --deploy`` says so.
    """
    if problems_at_start():
        return []
    has_page_sign_in = any(own.has_credential for own in current_settings().AUTHORITIES.values())
    is_known = current_settings().PUBLIC_URL or settings.SECURE_PROXY_SSL_HEADER or settings.SECURE_SSL_REDIRECT
    if not has_page_sign_in or is_known:
        return []
    hint = (
        'Set ENTRANCE["PUBLIC_URL"] to scheme and host as people see them, such as "https://app.contoso.com"; or,'
        " behind a proxy that sets the header itself, SECURE_PROXY_SSL_HEADER."
    )
    message = "Behind a proxy, the redirect URI would have the proxy's own scheme and host, which Entra refuses."
    return [Warning(message, hint=hint, id="entrance.W015")]
