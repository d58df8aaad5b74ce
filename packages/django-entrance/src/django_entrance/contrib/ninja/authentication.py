"""Authentication for Django Ninja, sync and async: ``auth=EntraAuth(app_roles=["Writer"])``."""

from collections.abc import Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security.base import AuthBase, SecuritySchema
from ninja.utils import check_csrf

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.callers import find_caller
from django_entrance.contrib.ninja.refusals import NOT_ENTRA, EntranceRefused
from django_entrance.contrib.ninja.required import Required
from django_entrance.frontend.openapi import security_schemes
from django_entrance.verification.errors import Refused
from django_entrance.verification.identity import Identity


class EntraAuth(AuthBase):
    """Authenticates tokens and sessions of Entra's; ``request.auth`` is the identity. Other logins go on to the next.

    ``scope``, one of ``app_roles`` and ``authentication_context`` may be required. Who lacks them is refused at once.
    ``because`` is a sentence of yours that tells the person what the proof of the context is for.
    A session needs a CSRF token, also if the operation is ``csrf_exempt``: that would let other sites use it.
    """

    is_async = False

    def __init__(
        self,
        *,
        scope: str | None = None,
        app_roles: str | Iterable[str] | None = None,
        authentication_context: str | None = None,
        because: str = "",
    ) -> None:
        self.required = Required.of(scope, app_roles, authentication_context, because)

    @property
    def openapi_security_schema(self) -> SecuritySchema:  # type: ignore[override]  # an attribute, and made late here
        """The sign-in with the first authority. Ninja has one scheme for a class."""
        return SecuritySchema(**next(iter(security_schemes().values())))

    def __call__(self, request: HttpRequest) -> Any:
        """Return the identity, or None for the next class.

        Raises:
            EntranceRefused: the token was rejected, or lacks what is required.
            HttpError: a session's request lacks the CSRF token.
        """
        try:
            return self.find(request)
        except Refused as refused:
            refusal = refused.with_traceback(None)
        log_refusal(request, refusal)
        raise EntranceRefused(refusal)

    def find(self, request: HttpRequest) -> Identity | None:
        found = find_caller(request)
        if found is None:
            request.__dict__[NOT_ENTRA] = self.required.missing(request)
            return None
        if found.identity.door != "bearer" and check_csrf(request) is not None:
            raise HttpError(403, "CSRF check Failed")
        self.required.check(request)
        return found.identity


class AsyncEntraAuth(EntraAuth):
    """``EntraAuth`` in a thread, for async operations."""

    is_async = True

    async def __call__(self, request: HttpRequest) -> Any:
        return await sync_to_async(super().__call__)(request)
