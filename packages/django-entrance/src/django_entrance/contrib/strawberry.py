"""Permission classes for Strawberry."""

from abc import abstractmethod
from typing import Any, ClassVar

from django.http import HttpRequest
from strawberry.exceptions import StrawberryGraphQLError
from strawberry.permission import BasePermission
from strawberry.types import Info

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.contrib.graphql_errors import extensions_of, message_of
from django_entrance.live.request_in_scope import request_behind
from django_entrance.permissions import (
    require_app_role,
    require_authentication_context,
    require_scope,
    require_signed_in,
)
from django_entrance.verification.errors import AccessRefused


class EntrancePermission(BasePermission):
    """Base class: refuses with a GraphQL error that has ``code`` and ``reason`` in its ``extensions``.

    ``code`` is ``UNAUTHENTICATED`` if the caller is not signed in, else ``FORBIDDEN``; ``reason`` is the refusal's own.
    A claims challenge has ``claims``, too: what the client is to request, as base64.
    It raises also under ``fail_silently``: a refusal is never an empty list. Strawberry asks the permissions of a sync
    resolver in the event loop; ``EntraMiddleware`` has loaded the user before the async view, so nothing is read there.
    """

    @abstractmethod
    def require(self, request: HttpRequest) -> None:
        """Raise AccessRefused unless the request is allowed."""

    def has_permission(self, source: Any, info: Info[Any, Any], **kwargs: Any) -> bool:
        """Return True if the request in Strawberry's context is allowed (Strawberry, Permissions).

        Raises:
            StrawberryGraphQLError: it is not.
        """
        try:
            self.require(read_request(info))
        except AccessRefused as refusal:
            log_refusal(read_request(info), refusal)
            raise StrawberryGraphQLError(message_of(refusal), extensions=extensions_of(refusal)) from refusal
        return True


class IsSignedIn(EntrancePermission):
    """The caller is signed in, through any login: ``permission_classes=[IsSignedIn]``."""

    def require(self, request: HttpRequest) -> None:
        require_signed_in(request)


class ScopePermission(EntrancePermission):
    """Base class of ``HasScope``: ``scope`` is the short name of a delegated permission, as in ``scp``.

    The errors have the reasons ``not_signed_in`` and ``scope_missing``.
    """

    scope: ClassVar[str]

    def require(self, request: HttpRequest) -> None:
        require_scope(request, self.scope)


class AppRolePermission(EntrancePermission):
    """Base class of ``HasAppRole``: the caller needs one of ``app_roles``, values as in ``roles``.

    The errors have the reasons ``not_signed_in`` and ``app_role_missing``.
    """

    app_roles: ClassVar[tuple[str, ...]]

    def require(self, request: HttpRequest) -> None:
        require_app_role(request, *self.app_roles)


class AuthenticationContextPermission(EntrancePermission):
    """Base class of ``HasAuthenticationContext``: ``context`` is a name of ``AUTHENTICATION_CONTEXTS``.

    The errors have the reasons ``not_signed_in`` and ``authentication_context_missing``. ``because`` is their message.
    """

    context: ClassVar[str]
    because: ClassVar[str] = ""

    def require(self, request: HttpRequest) -> None:
        require_authentication_context(request, self.context, self.because)


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


def identifier(text: str) -> str:
    """Return a text as a GraphQL name: Strawberry names a schema directive after the class."""
    return "".join(each if each.isascii() and each.isalnum() else "_" for each in text)


def read_request(info: Info[Any, Any]) -> HttpRequest:
    """Return the Django request from Strawberry's context: an object in its Django views, a dict elsewhere.

    Over a WebSocket it is the handshake; ``contrib.channels`` keeps its caller up to date.
    """
    context = info.context
    return request_behind(context["request"] if isinstance(context, dict) else context.request)
