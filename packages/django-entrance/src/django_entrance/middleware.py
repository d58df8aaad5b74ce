"""Puts user and identity on the request; the only place where a bad token is refused."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import patch_vary_headers

from django_entrance import conf
from django_entrance.authentication import Entry, authenticate_bearer
from django_entrance.verification.bearer import challenge
from django_entrance.verification.errors import Refused
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

log = logging.getLogger("django_entrance")

RETRY_AFTER = "10"
"""Seconds that a caller is asked to wait while the authority cannot be reached."""


class EntraRequest(HttpRequest):
    """A request behind the middleware, for annotations: ``entra`` is who called with an Entra token, if anybody did."""

    entra: Identity | None
    _dont_enforce_csrf_checks: bool


class EntraMiddleware:
    """Lets in the bearer tokens of the configured authorities; every other request passes untouched.

    Goes after ``AuthenticationMiddleware``. Works under WSGI and ASGI.

    Raises:
        ImproperlyConfigured: the site starts, and ``ENTRANCE`` has a fault.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        conf.start()
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self.__acall__(request)
        refusal = admit(cast(EntraRequest, request))
        return refusal or vary(cast(HttpResponseBase, self.get_response(request)))

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = await sync_to_async(admit)(cast(EntraRequest, request))
        return refusal or vary(await cast(Awaitable[HttpResponseBase], self.get_response(request)))


def admit(request: EntraRequest) -> HttpResponse | None:
    """Attach whoever the bearer token lets in; return a response when it is refused."""
    request.entra = None
    try:
        entry = authenticate_bearer(request)
    except Refused as refusal:
        log.info("Refused %s: %s", refusal.reason, refusal.detail)
        return refuse(refusal)
    if entry is not None:
        attach_user(request, entry)
    return None


def attach_user(request: EntraRequest, entry: Entry) -> None:
    """Set ``user``, ``auser`` and ``entra`` together: async views ask ``auser``, which would read the session.

    A bearer is sent by code, never by the browser on its own, so such a request needs no CSRF token.
    """

    async def auser() -> User:
        return entry.user

    request.user, request.auser, request.entra = entry.user, auser, entry.identity
    request._dont_enforce_csrf_checks = True


def vary(response: HttpResponseBase) -> HttpResponseBase:
    """Keep caches from giving one caller's answer to another (RFC 9110 section 12.5.5); nobody is a caller, too."""
    patch_vary_headers(response, ["Authorization"])
    return response


def refuse(refusal: Refused) -> HttpResponse:
    """Return a refusal as a problem document (RFC 9457) with its challenge (RFC 6750 section 3).

    Without ``EXPLAIN_REFUSALS`` a caller is told nothing of the settings.
    """
    is_explained = conf.current().EXPLAIN_REFUSALS
    told = refusal if is_explained else refusal.as_told()
    response = JsonResponse(
        {
            "type": f"urn:django-entrance:{told.reason}",
            "title": told.title,
            "status": told.status,
            "detail": told.detail if is_explained else told.advice,
            "reason": told.reason,
        },
        status=told.status,
        content_type="application/problem+json",
        headers={"WWW-Authenticate": challenge(told), "Cache-Control": "no-store"},
    )
    if told.status == 503:
        response["Retry-After"] = RETRY_AFTER
    return response
