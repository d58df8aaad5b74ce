"""Asks ``django_entrance.permissions`` in the place where REST framework asks its permission classes."""

from abc import abstractmethod
from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.contrib.rest_framework.combining import Combinable
from django_entrance.contrib.rest_framework.refusals import EntranceRefused
from django_entrance.verification.errors import AccessRefused


class EntrancePermission(BasePermission, metaclass=Combinable):
    """Base class: answers False, so that it combines, and keeps the refusal until REST framework asks for it."""

    refused: tuple[Request, AccessRefused] | None = None

    @abstractmethod
    def require(self, request: HttpRequest) -> None:
        """Raise AccessRefused unless the request is allowed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        self.refused = None
        bool(request.user)  # REST framework authenticates when it is asked, and gives the user to Django's request
        forget_unasked_identity(request)
        try:
            self.require(request._request)
        except AccessRefused as refusal:
            self.refused = (request, refusal.with_traceback(None))
        return self.refused is None

    @property
    def message(self) -> None:
        """Raise the refusal. REST framework reads the message of a permission that refuses, and only then.

        The browsable API asks for methods that the request does not have; that is no refusal for the log.
        """
        if self.refused is not None:
            request, refusal = self.refused
            if request.method == request._request.method:
                log_refusal(request._request, refusal)
            raise EntranceRefused(request._request, refusal)


def forget_unasked_identity(request: Request) -> None:
    """Let the identity of token or session count only for a request that REST framework has let in by it.

    A class with credentials of its own asks no CSRF token. So the roles of a session, which the browser sends along,
    must not count there, even if the user is the same.
    """
    http_request: Any = request._request
    identity = getattr(http_request, "entra", None)
    by_session = isinstance(request.successful_authenticator, SessionAuthentication)  # the user that Django found
    if identity is not None and request.auth is not identity and not by_session:
        http_request.entra = None
