"""May this caller do it? One answer for every framework: scopes, app roles, signed in at all."""

from django.http import HttpRequest

from django_entrance.verification.errors import AppRoleMissing, NotSignedIn, ScopeMissing
from django_entrance.verification.identity import Identity


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
        ScopeMissing: the token lacks it, or the caller signed in without Entra.
    """
    if scope not in signed_in_identity(request, ScopeMissing(expected=f"scope {scope}")).scopes:
        raise ScopeMissing(expected=f"scope {scope}")


def require_app_role(request: HttpRequest, *app_roles: str) -> None:
    """Let in whoever has at least one of ``app_roles``.

    Raises:
        NotSignedIn: nobody is signed in.
        AppRoleMissing: the token has none of them, or the caller signed in without Entra.
    """
    refusal = AppRoleMissing(expected=f"app role {' or '.join(app_roles)}")
    if signed_in_identity(request, refusal).app_roles.isdisjoint(app_roles):
        raise refusal


def signed_in_identity(request: HttpRequest, refusal: ScopeMissing | AppRoleMissing) -> Identity:
    require_signed_in(request)
    identity: Identity | None = getattr(request, "entra", None)
    if identity is None:
        raise refusal
    return identity
