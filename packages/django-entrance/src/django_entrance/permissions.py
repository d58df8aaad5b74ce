"""Requires a signed-in caller, a scope, an app role or an authentication context, for every framework.

Each function reads ``request.user``, which Django loads lazily from session and database. ``EntraMiddleware`` loads it
before an async view. Elsewhere in an event loop use the async version, which runs in a thread.
"""

from typing import TypeVar

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from django_entrance.conf.loading import authentication_context
from django_entrance.verification.errors import (
    AccessRefused,
    AppRoleMissing,
    AuthenticationContextMissing,
    ClaimsChallenged,
    LoginWithoutAppRoles,
    LoginWithoutAuthenticationContext,
    LoginWithoutScopes,
    NotSignedIn,
    OtherWithoutAppRoles,
    OtherWithoutAuthenticationContext,
    OtherWithoutScopes,
    ScopeMissing,
    SessionWithoutAppRoles,
    SessionWithoutAuthenticationContext,
    SessionWithoutScopes,
)
from django_entrance.verification.identity import ANSWERS_CHALLENGES, Identity

Refusal = TypeVar("Refusal", bound=AccessRefused)

ENTRA_BACKEND = "django_entrance.backends.EntraBackend"


def require_signed_in(request: HttpRequest) -> None:
    """Require a signed-in user, through any login.

    Raises:
        NotSignedIn: the caller is not signed in.
    """
    if not request.user.is_authenticated:
        raise NotSignedIn()


def require_scope(request: HttpRequest, scope: str) -> None:
    """Require the delegated permission ``scope`` (its short name, as in ``scp``): of the token, or of the session made
    from one. A session of page sign-in belongs to the application itself, so scopes do not restrict it. An empty name
    is a scope of no one.

    Raises:
        NotSignedIn: the caller is not signed in.
        ScopeMissing: the token lacks the scope; a subclass, if the caller signed in without a token.
    """
    identity = signed_in_identity(request)
    if identity is None or not scope or (identity.door != "page" and scope not in identity.scopes):
        classes = ScopeMissing, SessionWithoutScopes, LoginWithoutScopes, OtherWithoutScopes
        missing = refusal_class(request, identity, *classes)(expected=f"scope {scope}")
        missing.scope = scope
        raise missing


def require_app_role(request: HttpRequest, *app_roles: str) -> None:
    """Require at least one of ``app_roles``, of the token or of the person of the session.

    Raises:
        NotSignedIn: the caller is not signed in.
        AppRoleMissing: the caller has none of them; a subclass, if the caller signed in without a token.
    """
    identity = signed_in_identity(request)
    if identity is None or identity.app_roles.isdisjoint(app_roles):
        classes = AppRoleMissing, SessionWithoutAppRoles, LoginWithoutAppRoles, OtherWithoutAppRoles
        raise refusal_class(request, identity, *classes)(expected=f"app role {' or '.join(app_roles)}")


def require_authentication_context(request: HttpRequest, name: str, because: str = "") -> None:
    """Require the authentication context that ``AUTHENTICATION_CONTEXTS`` has under ``name``.

    It counts in a token, and in a session. A person with a client that answers claims challenges can get it, and so can
    a person on the site's own pages; all others, applications included, are refused. ``because`` is a sentence of yours
    that tells the person what the proof is for.

    Raises:
        NotSignedIn: the caller is not signed in.
        ClaimsChallenged: 401, with the claims that the client is to request.
        AuthenticationContextMissing: 403, a subclass if the caller signed in without a token.
        ImproperlyConfigured: the setting has no such name.
    """
    context_id = authentication_context(name)
    identity = signed_in_identity(request)
    if identity is not None and context_id in identity.authentication_contexts:
        return
    refusal = context_refusal_class(request, identity)(expected=f"authentication context {name}")
    refusal.context, refusal.context_id, refusal.because = name, context_id, str(because)
    raise refusal


def context_refusal_class(request: HttpRequest, identity: Identity | None) -> type[AuthenticationContextMissing]:
    """Return the class of the refusal: a challenge for a person with a client that answers it."""
    if identity is not None and not identity.is_application and ANSWERS_CHALLENGES in identity.client_capabilities:
        return ClaimsChallenged
    return refusal_class(
        request,
        identity,
        AuthenticationContextMissing,
        SessionWithoutAuthenticationContext,
        LoginWithoutAuthenticationContext,
        OtherWithoutAuthenticationContext,
    )


async def arequire_signed_in(request: HttpRequest) -> None:
    """Do what ``require_signed_in`` does, in a thread."""
    await sync_to_async(require_signed_in)(request)


async def arequire_scope(request: HttpRequest, scope: str) -> None:
    """Do what ``require_scope`` does, in a thread."""
    await sync_to_async(require_scope)(request, scope)


async def arequire_app_role(request: HttpRequest, *app_roles: str) -> None:
    """Do what ``require_app_role`` does, in a thread."""
    await sync_to_async(require_app_role)(request, *app_roles)


async def arequire_authentication_context(request: HttpRequest, name: str, because: str = "") -> None:
    """Do what ``require_authentication_context`` does, in a thread."""
    await sync_to_async(require_authentication_context)(request, name, because)


def signed_in_identity(request: HttpRequest) -> Identity | None:
    """Return the identity of the signed-in caller, or None after another login.

    Raises:
        NotSignedIn: the caller is not signed in.
    """
    require_signed_in(request)
    identity: Identity | None = getattr(request, "entra", None)
    return identity


def refusal_class(
    request: HttpRequest,
    identity: Identity | None,
    of_token: type[Refusal],
    of_session: type[Refusal],
    of_login: type[Refusal],
    of_another: type[Refusal],
) -> type[Refusal]:
    """Return the class of the refusal: for a token, a session of Entra's, or another login.

    ``of_another`` is for a caller with a token that acts as another user now.
    """
    if identity is not None:
        return of_token if identity.door == "bearer" else of_session
    return of_another if getattr(request, "_entrance_acts_as_another", False) else of_login
