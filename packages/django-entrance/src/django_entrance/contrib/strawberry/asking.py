"""Asks ``django_entrance.permissions`` in the place where Strawberry asks its permission classes."""

from abc import abstractmethod
from typing import Any

from django.http import HttpRequest
from strawberry.exceptions import StrawberryGraphQLError
from strawberry.permission import BasePermission
from strawberry.types import Info

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.contrib.graphql_errors import extensions_of, message_of
from django_entrance.live.request_in_scope import request_behind
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


def read_request(info: Info[Any, Any]) -> HttpRequest:
    """Return the Django request from Strawberry's context: an object in its Django views, a dict elsewhere.

    Over a WebSocket it is the handshake; ``contrib.channels`` keeps its caller up to date.
    """
    return request_of(info.context)


def request_of(context: Any) -> HttpRequest:
    return request_behind(context["request"] if isinstance(context, dict) else context.request)


def identifier(text: str) -> str:
    """Return a text as a GraphQL name: Strawberry names a schema directive after the class."""
    return "".join(each if each.isascii() and each.isalnum() else "_" for each in text)
