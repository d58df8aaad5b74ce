"""Decides what happens to a request with a stale session: a page asks Entra silently, all else is refused."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers

from django_entrance.conf.loading import current_settings
from django_entrance.identified_request import detach_user
from django_entrance.sessions.page_caches import tell_caches_without_user
from django_entrance.verification.identity import Identity

RESPITE = 60
"""Seconds for which a session is not asked about again while Entra is down."""


def is_page_navigation(request: HttpRequest) -> bool:
    """Return whether a person is to see the answer as a page of its own, so that it may lead to Entra and back.

    Browsers say so (Fetch Metadata Request Headers); of an older one, ``Accept`` tells.
    """
    return request.method == "GET" and is_navigation(request)


def is_sent_form(request: HttpRequest) -> bool:
    """Return whether a person has sent a form and is to see the answer; Entra cannot lead back to that."""
    return request.method == "POST" and is_navigation(request)


def is_navigation(request: HttpRequest) -> bool:
    if any(name in request.headers for name in ("Sec-Fetch-Mode", "Sec-Fetch-Dest")):
        sent = (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest"))
        return sent == ("navigate", "document")
    return "text/html" in request.headers.get("Accept", "") and "X-Requested-With" not in request.headers


def ask_again(request: HttpRequest, identity: Identity) -> HttpResponse | None:
    """Lead a page with a stale session to Entra; without a credential the request goes on without a user.

    The session is kept, so that a front end can begin it anew with a token.
    """
    address = sign_in_address(identity)
    if not address:
        detach_user(request)
        tell_caches_without_user(request)
        return None
    query = urlencode({"recheck": "1", "next": request.get_full_path()})
    response = HttpResponseRedirect(f"{address}?{query}")
    add_never_cache_headers(response)
    return response


def sign_in_address(identity: Identity) -> str:
    """Return the address that asks Entra about a session of this person, or an empty text without a credential."""
    own = current_settings().AUTHORITIES.get(identity.authority)
    try:
        return reverse("entrance:sign-in") if own is not None and own.has_credential else ""
    except NoReverseMatch:
        return ""
