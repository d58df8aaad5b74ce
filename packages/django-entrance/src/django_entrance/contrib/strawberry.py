"""Strawberry's dialect: permission classes that read the request and ask ``permissions``."""

from abc import abstractmethod
from typing import Any, ClassVar

from django.http import HttpRequest
from strawberry.django.views import AsyncGraphQLView
from strawberry.exceptions import StrawberryGraphQLError
from strawberry.permission import BasePermission
from strawberry.types import Info

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.permissions import EVENT_LOOP_VIEWS, require_app_role, require_scope, require_signed_in
from django_entrance.verification.errors import AccessRefused, NotSignedIn

EVENT_LOOP_VIEWS.add(AsyncGraphQLView)


class EntrancePermission(BasePermission):
    """Refuses with a GraphQL error whose ``extensions`` carry ``code`` and ``reason``.

    ``code`` is ``UNAUTHENTICATED`` while nobody is signed in, else ``FORBIDDEN``; ``reason`` is the refusal's own.
    Raises even under ``fail_silently``: a refusal is never an empty list. Answers at once, since Strawberry asks the
    permissions of a sync resolver in the event loop and cannot wait there: ``EntraMiddleware`` has the user read before
    Strawberry's ``AsyncGraphQLView``. A class of async views of your own joins it in ``permissions.EVENT_LOOP_VIEWS``.
    """

    @abstractmethod
    def require(self, request: HttpRequest) -> None:
        """Raise AccessRefused unless the request may pass."""

    def has_permission(self, source: Any, info: Info[Any, Any], **kwargs: Any) -> bool:
        """Return True when the request in Strawberry's context may pass (Strawberry, Permissions).

        Raises:
            StrawberryGraphQLError: it may not.
        """
        try:
            self.require(read_request(info))
        except AccessRefused as refusal:
            log_refusal(read_request(info), refusal)
            code = "UNAUTHENTICATED" if isinstance(refusal, NotSignedIn) else "FORBIDDEN"
            raise StrawberryGraphQLError(
                refusal.title, extensions={"code": code, "reason": refusal.reason}
            ) from refusal
        return True


class IsSignedIn(EntrancePermission):
    """Somebody is signed in, through whichever login: ``permission_classes=[IsSignedIn]``."""

    def require(self, request: HttpRequest) -> None:
        require_signed_in(request)


class ScopePermission(EntrancePermission):
    """What ``HasScope`` makes its classes of: ``scope`` is a delegated permission by its short name, as in ``scp``.

    Raises what ``has_permission`` says, with the reasons ``not_signed_in`` and ``scope_missing``.
    """

    scope: ClassVar[str]

    def require(self, request: HttpRequest) -> None:
        require_scope(request, self.scope)


class AppRolePermission(EntrancePermission):
    """What ``HasAppRole`` makes its classes of: ``app_roles`` are values as in ``roles``, of which one is enough.

    Raises what ``has_permission`` says, with the reasons ``not_signed_in`` and ``app_role_missing``.
    """

    app_roles: ClassVar[tuple[str, ...]]

    def require(self, request: HttpRequest) -> None:
        require_app_role(request, *self.app_roles)


def HasScope(scope: str) -> type[ScopePermission]:
    """Return a permission class: the token carries this scope. ``permission_classes=[HasScope("access_as_user")]``."""
    return type(f"HasScope_{identifier(scope)}", (ScopePermission,), {"scope": scope})


def HasAppRole(*app_roles: str) -> type[AppRolePermission]:
    """Return a permission class: the caller has one of the app roles. ``permission_classes=[HasAppRole("Writer")]``."""
    name = "_or_".join(map(identifier, app_roles))
    return type(f"HasAppRole_{name}", (AppRolePermission,), {"app_roles": app_roles})


def identifier(text: str) -> str:
    """Strawberry names a schema directive after the class, so its name must be a GraphQL name."""
    return "".join(each if each.isascii() and each.isalnum() else "_" for each in text)


def read_request(info: Info[Any, Any]) -> HttpRequest:
    """Return the Django request from Strawberry's context: an object in its Django views, a dict elsewhere."""
    context = info.context
    request: HttpRequest = context["request"] if isinstance(context, dict) else context.request
    return request
