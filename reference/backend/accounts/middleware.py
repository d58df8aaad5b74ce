"""Authenticates Logbook's own bearer tokens and refuses unknown ones."""

import logging
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from accounts.signed_in import attach_user, has_bearer
from accounts.tokens import OwnTokenRefused, user_of_token

log = logging.getLogger("accounts")


class OwnTokenMiddleware:
    """Accepts Logbook's own bearer tokens and refuses all others. Must follow `EntraMiddleware`.

    Works under WSGI and ASGI.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self.__acall__(request)
        return admit(request) or self.get_response(request)

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        response = await sync_to_async(admit)(request) or self.get_response(request)
        return response if isinstance(response, HttpResponseBase) else await response


def admit(request: HttpRequest) -> HttpResponse | None:
    """Attach the user of an own token. Return a response if the token is refused."""
    token = bearer_of(request)
    if token is None or has_bearer(request):
        return None
    try:
        attach_user(request, user_of_token(token))
    except OwnTokenRefused as refusal:
        log.info("Refused %s", refusal.reason)
        return refuse(refusal)
    request.has_own_token = True  # type: ignore[attr-defined]
    return None


def bearer_of(request: HttpRequest) -> str | None:
    """Return the token after `Bearer`. Two header values joined by the server are not a valid token."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def refuse(refusal: OwnTokenRefused) -> HttpResponse:
    """Return the refusal as a problem document (RFC 9457) with its challenge (RFC 6750 section 3)."""
    problem = {
        "type": f"urn:logbook:{refusal.reason}",
        "title": "The token is not accepted",
        "status": refusal.status,
        "detail": refusal.detail,
        "reason": refusal.reason,
    }
    challenge = f'Bearer realm="logbook", error="{refusal.error}"'
    headers = {"WWW-Authenticate": challenge, "Cache-Control": "no-store"}
    return JsonResponse(problem, status=refusal.status, content_type="application/problem+json", headers=headers)
