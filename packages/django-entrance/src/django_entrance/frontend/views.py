"""What the front end asks of this server: its public configuration, and the page that Entra returns to."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.authorities import authorities_here
from django_entrance.verification.issuers import CLOUDS, TENANT, addresses_of

View = TypeVar("View", bound=Callable[..., Any])

REDIRECT_BRIDGE = files("django_entrance") / "static" / "django_entrance" / "redirect-bridge.js"
BRIDGE_MISSING = "The script of the redirect page is missing."
BRIDGE_REMEDY = "Reinstall django-entrance; in a checkout, run: make install."

ANSWER_EVERYBODY: set[Callable[..., Any]] = set()
"""The views themselves: an attribute would be copied by ``functools.wraps`` to views that are not for everybody."""


def for_everybody(view: View) -> View:
    """Mark a view that answers everybody, under ``LoginRequiredMiddleware`` and beside a token that is refused, too."""
    ANSWER_EVERYBODY.add(view)
    return login_not_required(view)


@for_everybody
@require_safe
def config_json(request: HttpRequest) -> HttpResponse:
    """Answer the public configuration of the front end. Nothing in it is secret.

    Members: ``authority``, ``clientId``, ``scopes``, ``redirectUri``, ``postLogoutRedirectUri``,
    ``knownAuthorities``, ``authorityMetadata``. With several authorities ``?authority=`` names one of those that may
    enter through this request (``AUTHORITIES_HERE``); the first of them is answered without it.
    MSAL wants an https authority; for entra-double on http it gets an https label and the real endpoints beside it.
    """
    here = authorities_here(request)
    known = {name: own for name, own in current_settings().AUTHORITIES.items() if here is None or name in here}
    name = request.GET.get("authority", next(iter(known), ""))
    if name not in known:
        raise Http404(f"No authority is named {name!r}.")
    own = known[name]
    bare_host = own.AUTHORITY_HOST.partition("://")[2]
    has_plain_http = own.AUTHORITY_HOST.startswith("http://")
    response = JsonResponse(
        {
            "authority": f"https://{bare_host}/{path_of(own)}",
            "clientId": own.SPA_CLIENT_ID or own.CLIENT_ID,
            "scopes": [f"{own.app_id_uri}/{scope}" for scope in own.REQUIRED_SCOPES or [".default"]],
            "redirectUri": reverse("entrance:redirect"),
            "postLogoutRedirectUri": current_settings().POST_LOGOUT_REDIRECT_URI or get_script_prefix(),
            "knownAuthorities": known_authorities(own),
            "authorityMetadata": endpoints(f"{own.AUTHORITY_HOST}/{path_of(own)}") if has_plain_http else None,
        }
    )
    response["Cache-Control"] = "no-cache"
    return response


def known_authorities(own: AuthoritySettings) -> list[str]:
    """Return the hosts that MSAL cannot know to be Microsoft's; External ID's issuer has one of its own."""
    if own.AUTHORITY_HOST in CLOUDS.values():
        return []
    hosts = addresses_of(own.AUTHORITY_HOST, own.TENANT_ID, own.USER_FLOWS, own.ISSUER_HOST).key_hosts
    return list(dict.fromkeys(host.partition("://")[2].replace(TENANT, own.TENANT_ID) for host in hosts))


def path_of(own: AuthoritySettings) -> str:
    """Azure AD B2C has the user flow in the authority's address, Entra ID the tenant alone."""
    return "/".join([own.TENANT_ID, *own.USER_FLOWS[:1]])


def endpoints(authority: str) -> dict[str, str]:
    """Return what the authority's discovery document says of its endpoints, computed as the issuers are."""
    return {
        "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
        "token_endpoint": f"{authority}/oauth2/v2.0/token",
        "end_session_endpoint": f"{authority}/oauth2/v2.0/logout",
        "issuer": f"{authority}/v2.0",
        "jwks_uri": f"{authority}/discovery/v2.0/keys",
    }


class BridgeResponse(HttpResponse):
    """Keeps ``SecurityMiddleware`` from adding the header that would cut the popup off from its opener."""

    def setdefault(self, key: str, value: str) -> None:
        if key.lower() != "cross-origin-opener-policy":
            super().setdefault(key, value)


@for_everybody
@never_cache
@require_safe
def redirect_bridge(request: HttpRequest) -> HttpResponse:
    """Answer the page that hands Entra's response to MSAL in the window that asked (MSAL.js, redirect bridge).

    Its script stands in the page, so that neither static files nor a CDN nor a router can come between.
    Without the script it answers 503, and says what the system check W001 says.
    """
    try:
        script = bridge_script()
    except FileNotFoundError:
        return HttpResponse(f"{BRIDGE_MISSING} {BRIDGE_REMEDY}\n", status=503, content_type="text/plain")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = render(request, "django_entrance/redirect.html", {"script": script, "home": get_script_prefix()})
    response = BridgeResponse(page.content)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'self'"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


@cache
def bridge_script() -> str:
    """Return MSAL's redirect bridge, built from ``@django-entrance/react`` and shipped in the package.

    Raises:
        FileNotFoundError: a checkout whose front end was not built; ``checks`` says so at start.
    """
    return REDIRECT_BRIDGE.read_text(encoding="utf-8")
