"""Permission classes for Strawberry."""

from django_entrance.contrib.questions import AsksAppRole, AsksAuthenticationContext, AsksScope, AsksSignedIn
from django_entrance.contrib.strawberry.asking import EntrancePermission, identifier


class IsSignedIn(AsksSignedIn, EntrancePermission):
    """The caller is signed in, through any login: ``permission_classes=[IsSignedIn]``."""


class ScopePermission(AsksScope, EntrancePermission):
    """Base class of ``HasScope``: ``scope`` is the short name of a delegated permission, as in ``scp``.

    The errors have the reasons ``not_signed_in`` and ``scope_missing``.
    """


class AppRolePermission(AsksAppRole, EntrancePermission):
    """Base class of ``HasAppRole``: the caller needs one of ``app_roles``, values as in ``roles``.

    The errors have the reasons ``not_signed_in`` and ``app_role_missing``.
    """


class AuthenticationContextPermission(AsksAuthenticationContext, EntrancePermission):
    """Base class of ``HasAuthenticationContext``: ``context`` is a name of ``AUTHENTICATION_CONTEXTS``.

    The errors have the reasons ``not_signed_in`` and ``authentication_context_missing``. ``because`` is their message.
    """


def HasScope(scope: str) -> type[ScopePermission]:
    """Return a permission class that requires a scope: ``permission_classes=[HasScope("access_as_user")]``."""
    return type(f"HasScope_{identifier(scope)}", (ScopePermission,), {"scope": scope})


def HasAppRole(*app_roles: str) -> type[AppRolePermission]:
    """Return a permission class that requires one of the app roles: ``permission_classes=[HasAppRole("Writer")]``."""
    name = "_or_".join(map(identifier, app_roles))
    return type(f"HasAppRole_{name}", (AppRolePermission,), {"app_roles": app_roles})


def HasAuthenticationContext(context: str, *, because: str = "") -> type[AuthenticationContextPermission]:
    """Return a permission class for a sensitive field: ``permission_classes=[HasAuthenticationContext("delete")]``.

    ``because`` is a sentence of yours that tells the person what the proof is for.
    """
    name, members = f"HasAuthenticationContext_{identifier(context)}", {"context": context, "because": because}
    return type(name, (AuthenticationContextPermission,), members)
