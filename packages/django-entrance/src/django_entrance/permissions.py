"""May this caller do it? One answer for every framework: scopes, app roles, signed in at all.

Each question reads ``request.user``, which Django reads late, from session and database. So in an event loop ask its
async twin, which asks in a thread.
"""

from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest

from django_entrance.verification.errors import (
    AccessRefused,
    AppRoleMissing,
    LoginWithoutAppRoles,
    LoginWithoutScopes,
    NotSignedIn,
    OtherWithoutAppRoles,
    OtherWithoutScopes,
    ScopeMissing,
    SessionWithoutAppRoles,
    SessionWithoutScopes,
)
from django_entrance.verification.identity import Identity

ENTRA_BACKEND = "django_entrance.backends.EntraBackend"

EVENT_LOOP_VIEWS: set[type] = set()
"""Async views, by their class, that ask questions in the event loop; the middleware reads ``user`` before them."""


def require_signed_in(request: HttpRequest) -> None:
    """Let in whoever is signed in, through whichever login.

    Raises:
        NotSignedIn: nobody is.
    """
    if not request.user.is_authenticated:
        raise NotSignedIn()


def require_scope(request: HttpRequest, scope: str) -> None:
    """Let in whose token carries the delegated permission ``scope`` (its short name, as in ``scp``).

    Raises:
        NotSignedIn: nobody is signed in.
        ScopeMissing: the token lacks it, or the caller signed in without one; the subclass says how.
    """
    identity = signed_in_identity(request)
    if identity is None or scope not in identity.scopes:
        kinds = ScopeMissing, SessionWithoutScopes, LoginWithoutScopes, OtherWithoutScopes
        raise kind_for(request, identity, *kinds)(expected=f"scope {scope}")


def require_app_role(request: HttpRequest, *app_roles: str) -> None:
    """Let in whoever has at least one of ``app_roles``.

    Raises:
        NotSignedIn: nobody is signed in.
        AppRoleMissing: the token has none of them, or the caller signed in without one; the subclass says how.
    """
    identity = signed_in_identity(request)
    if identity is None or identity.app_roles.isdisjoint(app_roles):
        kinds = AppRoleMissing, SessionWithoutAppRoles, LoginWithoutAppRoles, OtherWithoutAppRoles
        raise kind_for(request, identity, *kinds)(expected=f"app role {' or '.join(app_roles)}")


async def arequire_signed_in(request: HttpRequest) -> None:
    """Do what ``require_signed_in`` does, in a thread."""
    await sync_to_async(require_signed_in)(request)


async def arequire_scope(request: HttpRequest, scope: str) -> None:
    """Do what ``require_scope`` does, in a thread."""
    await sync_to_async(require_scope)(request, scope)


async def arequire_app_role(request: HttpRequest, *app_roles: str) -> None:
    """Do what ``require_app_role`` does, in a thread."""
    await sync_to_async(require_app_role)(request, *app_roles)


def signed_in_identity(request: HttpRequest) -> Identity | None:
    """Return the identity of who is signed in, or None for a caller without a token of Entra.

    Raises:
        NotSignedIn: nobody is signed in.
    """
    require_signed_in(request)
    identity: Identity | None = getattr(request, "entra", None)
    return identity


def kind_for(
    request: HttpRequest,
    identity: Identity | None,
    of_token: type[AccessRefused],
    of_session: type[AccessRefused],
    of_login: type[AccessRefused],
    of_another: type[AccessRefused],
) -> type[AccessRefused]:
    """Return the refusal that names what the caller came with: a token, a session of Entra's, or another login.

    A caller who came with a token and acts as another user since then is told that.
    """
    if identity is not None:
        return of_token
    if getattr(request, "_entrance_acts_as_another", False):
        return of_another
    return of_session if is_entra_session(request) else of_login


def is_entra_session(request: HttpRequest) -> bool:
    """Tell whether the user is kept in a session that ``EntraBackend`` began. A session is not read just to tell."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and session.get(BACKEND_SESSION_KEY) == ENTRA_BACKEND
