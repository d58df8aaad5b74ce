"""What a permission class asks, the same in each framework that has such classes. An adapter says how it refuses."""

from typing import ClassVar

from django.http import HttpRequest

from django_entrance.permissions import (
    require_app_role,
    require_authentication_context,
    require_scope,
    require_signed_in,
)


class AsksSignedIn:
    """Asks for a signed-in user, through any login."""

    def require(self, request: HttpRequest) -> None:
        require_signed_in(request)


class AsksScope:
    """Asks for ``scope``, the short name of a delegated permission, as in ``scp``."""

    scope: ClassVar[str]

    def require(self, request: HttpRequest) -> None:
        require_scope(request, self.scope)


class AsksAppRole:
    """Asks for one of ``app_roles``, values as in ``roles``."""

    app_roles: ClassVar[tuple[str, ...]]

    def require(self, request: HttpRequest) -> None:
        require_app_role(request, *self.app_roles)


class AsksAuthenticationContext:
    """Asks for ``context``, a name of ``AUTHENTICATION_CONTEXTS``; ``because`` tells the person what it is for."""

    context: ClassVar[str]
    because: ClassVar[str] = ""

    def require(self, request: HttpRequest) -> None:
        require_authentication_context(request, self.context, self.because)
