"""Permission classes for Django REST framework."""

from django_entrance.contrib.questions import AsksAppRole, AsksAuthenticationContext, AsksScope, AsksSignedIn
from django_entrance.contrib.rest_framework.asking import EntrancePermission


class IsSignedIn(AsksSignedIn, EntrancePermission):
    """The caller is signed in, through any login: ``permission_classes = [IsSignedIn]``."""


class ScopePermission(AsksScope, EntrancePermission):
    """Base class of ``HasScope``: ``scope`` is the short name of a delegated permission, as in ``scp``."""


class AppRolePermission(AsksAppRole, EntrancePermission):
    """Base class of ``HasAppRole``: the caller needs one of ``app_roles``, values as in ``roles``."""


class AuthenticationContextPermission(AsksAuthenticationContext, EntrancePermission):
    """Base class of ``HasAuthenticationContext``: ``context`` is a name of ``AUTHENTICATION_CONTEXTS``."""


def HasScope(scope: str) -> type[ScopePermission]:
    """Return a permission class that requires a scope: ``permission_classes = [HasScope("access_as_user")]``."""
    return type(f"HasScope({scope!r})", (ScopePermission,), {"scope": scope})


def HasAppRole(*app_roles: str) -> type[AppRolePermission]:
    """Return a permission class that requires one of the app roles: ``[HasAppRole("Writer", "Admin")]``."""
    return type(f"HasAppRole{app_roles!r}", (AppRolePermission,), {"app_roles": app_roles})


def HasAuthenticationContext(context: str, *, because: str = "") -> type[AuthenticationContextPermission]:
    """Return a permission class that requires an authentication context: ``[HasAuthenticationContext("delete")]``.

    ``because`` is a sentence of yours that tells the person what the proof is for.
    """
    members = {"context": context, "because": because}
    return type(f"HasAuthenticationContext({context!r})", (AuthenticationContextPermission,), members)
