"""Tells whether one of the site's own pages sent a request, by the rules of Django's CSRF check, but without its token.

A request with a bearer token needs no CSRF token. Where it starts a session, another site could still sign its visitor
in as another person, so the ``Origin`` counts (OWASP, "Login CSRF").
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import is_same_domain

from django_entrance.conf.loading import current_settings
from django_entrance.verification.errors import OriginRefused


def require_own_origin(request: HttpRequest) -> None:
    """Require that a page of this site or of ``CSRF_TRUSTED_ORIGINS`` sent the request.

    Over https one of ``Origin`` and ``Referer`` must be there; over http, as on localhost, a program may send neither.

    Raises:
        OriginRefused: another site sent it.
    """
    origin = sent_origin(request)
    if origin is None and not request.is_secure():
        return
    if origin is None or not is_own(request, origin):
        raise OriginRefused(expected=request.get_host(), actual=origin or "neither Origin nor Referer")


def require_own_handshake(request: HttpRequest) -> None:
    """Require that a page of this site or of ``CSRF_TRUSTED_ORIGINS`` opens a WebSocket, or a program without cookies.

    Browsers apply neither CORS nor a CSRF token to a handshake, but always send its ``Origin`` (RFC 6455 section 10.2).

    Raises:
        OriginRefused: a page of another site does, or a session comes without an ``Origin``.
    """
    origin = request.headers.get("Origin")
    if origin is None and settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    if origin is None or not is_own(request, origin):
        raise OriginRefused(expected=request.get_host(), actual=origin or "no Origin")


def sent_origin(request: HttpRequest) -> str | None:
    """Return the origin that the browser names, or that of the page it names (RFC 6454 section 7)."""
    if "Origin" in request.headers:
        return request.headers["Origin"]
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "an unreadable Referer"
    return f"{page.scheme}://{page.netloc}" if page.scheme else None


def is_own(request: HttpRequest, origin: str) -> bool:
    if origin in (f"{request.scheme}://{request.get_host()}", current_settings().PUBLIC_URL):
        return True
    try:
        sent = urlsplit(origin)
    except ValueError:
        return False
    trusted = map(urlsplit, settings.CSRF_TRUSTED_ORIGINS)
    return any(
        sent.scheme == each.scheme and is_same_domain(sent.netloc, each.netloc.removeprefix("*")) for each in trusted
    )
