"""Signs a person out: here, or at Microsoft as well (OpenID Connect RP-Initiated Logout 1.0).

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from django_entrance.accounts.session_index import end_sessions_of
from django_entrance.conf.loading import current_settings
from django_entrance.frontend.account import wants_page
from django_entrance.frontend.addresses import signed_out_address, signed_out_page
from django_entrance.frontend.callers import sent_texts
from django_entrance.frontend.public import public
from django_entrance.frontend.views import endpoints, path_of
from django_entrance.sessions.next_pages import sent_next
from django_entrance.sessions.pages import secured
from django_entrance.sessions.record import is_entra_session, read_record
from django_entrance.verification.identity import Identity

YES = frozenset({"1", "true", "on"})


@public
@never_cache
@csrf_protect  # of a site without the middleware, too: another site must not sign its visitors out
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the Django session (POST), or show the button that does (GET).

    Form fields, or members of a JSON object: ``everywhere=1`` signs out at Microsoft as well, if a sign-in with Entra
    started the session; ``all_sessions=1`` ends the user's sessions in other browsers; ``next`` is a path of this site.
    A program gets ``{"end_session": address or null}`` and has to send the browser to that address itself.
    """
    if request.method != "POST":
        return show(request)
    address = leave(request)
    if not wants_page(request):
        return JsonResponse({"end_session": address})
    return redirect(address or sent_next(request.POST) or signed_out_page())


def leave(request: HttpRequest) -> str | None:
    """End the session. Return the address at Microsoft that is to be visited next, if there is one."""
    identity = identity_of_session(request)
    if is_wanted(request, "all_sessions") and request.user.is_authenticated:
        end_sessions_of(request.user)
    logout(request)
    if identity is None or not is_wanted(request, "everywhere"):
        return None
    return end_session_address(identity, signed_out_address(request))


def is_wanted(request: HttpRequest, name: str) -> bool:
    return sent_texts(request).get(name, "").lower() in YES


def identity_of_session(request: HttpRequest) -> Identity | None:
    """Return the person of the session. A bearer token beside it may be another person's."""
    record = read_record(request) if is_entra_session(request) else None
    return None if record is None else record.identity


def end_session_address(identity: Identity, return_to: str) -> str | None:
    """Return the address that ends the session at Microsoft, or None if the authority is not configured any more.

    ``return_to`` has to be registered as a redirect URI; else Microsoft's own page is the last one.
    """
    own = current_settings().AUTHORITIES.get(identity.authority)
    if own is None:
        return None
    hint = str(identity.claims.all.get("login_hint") or identity.username)
    query = {"logout_hint": hint} if hint else {}
    address = endpoints(f"{own.AUTHORITY_HOST}/{path_of(own)}")["end_session_endpoint"]
    return f"{address}?{urlencode(query | {'post_logout_redirect_uri': return_to})}"


def show(request: HttpRequest) -> HttpResponse:
    next_page = sent_next(request.GET)
    shown = {
        "user": request.user,
        "is_entra": identity_of_session(request) is not None,
        "next": next_page,
        "home": next_page or signed_out_page(),
    }
    return secured(render(request, "django_entrance/sign_out.html", shown))
