"""Views for the front end: its public configuration, and the page that Entra redirects to."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.authorities import settings_here
from django_entrance.frontend.public import public
from django_entrance.verification.issuers import CLOUDS, TENANT, addresses_of

REDIRECT_BRIDGE = files("django_entrance") / "static" / "django_entrance" / "redirect-bridge.js"
BRIDGE_MISSING = "The script of the redirect page is missing."
BRIDGE_REMEDY = "Reinstall django-entrance; in a checkout, run: make install."


@public
@require_safe
def config_json(request: HttpRequest) -> HttpResponse:
    """Return the front end's configuration. Nothing in it is secret.

    Members: ``authority``, ``clientId``, ``scopes``, ``redirectUri``, ``postLogoutRedirectUri``,
    ``knownAuthorities``, ``authorityMetadata``. With several authorities ``?authority=`` chooses one of those
    that ``AUTHORITIES_HERE`` allows for this request; the default is the first. MSAL accepts only an https authority;
    for entra-double on http it gets an https label, and the real endpoints as metadata.
    """
    known = settings_here(request)
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
    """Return the hosts that MSAL does not know as Microsoft's; with External ID, the issuer's host, too."""
    if own.AUTHORITY_HOST in CLOUDS.values():
        return []
    hosts = addresses_of(own.AUTHORITY_HOST, own.TENANT_ID, own.USER_FLOWS, own.ISSUER_HOST).key_hosts
    return list(dict.fromkeys(host.partition("://")[2].replace(TENANT, own.TENANT_ID) for host in hosts))


def path_of(own: AuthoritySettings) -> str:
    """Return an authority's path: the tenant, with Azure AD B2C also the user flow."""
    return "/".join([own.TENANT_ID, *own.USER_FLOWS[:1]])


def endpoints(authority: str) -> dict[str, str]:
    """Return the endpoints of an authority, as in its discovery document."""
    return {
        "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
        "token_endpoint": f"{authority}/oauth2/v2.0/token",
        "end_session_endpoint": f"{authority}/oauth2/v2.0/logout",
        "issuer": f"{authority}/v2.0",
        "jwks_uri": f"{authority}/discovery/v2.0/keys",
    }


class BridgeResponse(HttpResponse):
    """A response without ``Cross-Origin-Opener-Policy``, which would separate a popup from its opener."""

    def setdefault(self, key: str, value: str) -> None:
        if key.lower() != "cross-origin-opener-policy":
            super().setdefault(key, value)


@public
@never_cache
@require_safe
def redirect_bridge(request: HttpRequest) -> HttpResponse:
    """Return the page that passes Entra's response to MSAL in the opener window (MSAL.js, redirect bridge).

    The script is inline, so that the page depends on no static files, CDN or router. Without the built script the
    response is 503 with the text of the system check W001.
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
        FileNotFoundError: a checkout without a built front end; the system check W001 reports it.
    """
    return REDIRECT_BRIDGE.read_text(encoding="utf-8")
