"""Views for clients that know only the address of an API: who issues its tokens, and with which scopes.

Microsoft's metadata does not name the methods of PKCE that Entra has, and clients of the Model Context Protocol refuse
an authorization server without them. So the site serves metadata with Entra's own addresses and another issuer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import get_script_prefix
from django.views.decorators.http import require_http_methods

from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.authorities import settings_here
from django_entrance.frontend.public import public
from django_entrance.frontend.views import endpoints, path_of
from django_entrance.resources import issuer_of, resource_of, scopes_of

OPEN_TO_PAGES = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
"""Clients in a browser read the metadata from pages of other sites. Nothing in it depends on the caller."""

View = Callable[..., HttpResponse]


def open_metadata(view: View) -> View:
    """Serve a view to every caller, and to scripts of other sites' pages."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(status=204) if request.method == "OPTIONS" else view(request, *args, **kwargs)
        for name, value in OPEN_TO_PAGES.items():
            response[name] = value
        return response

    return public(require_http_methods(["GET", "HEAD", "OPTIONS"])(opened))


@open_metadata
def protected_resource(request: HttpRequest, path: str = "") -> HttpResponse:
    """Return the metadata of the site as a resource, or of what is at ``path`` (RFC 9728 sections 2 and 3.1).

    Where the site is mounted under a prefix, ``path`` begins with it, and the site is the prefix.
    """
    resource = resource_of(request, f"/{path}" if path else get_script_prefix())
    return JsonResponse(
        {
            "resource": resource,
            "authorization_servers": [issuer_of(request, name) for name in settings_here(request)],
            "scopes_supported": scopes_of(request, resource),
            "bearer_methods_supported": ["header"],
        }
    )


@open_metadata
def authorization_server(request: HttpRequest, authority: str) -> HttpResponse:
    """Return the metadata of an authority for clients of OAuth (RFC 8414 sections 2 and 3)."""
    own = settings_here(request).get(authority)
    if own is None:
        raise Http404(f"No authority is named {authority!r}.")
    return JsonResponse({"issuer": issuer_of(request, authority), **server_metadata(own)})


def server_metadata(own: AuthoritySettings) -> Mapping[str, Any]:
    """Return what Entra's own document says, without the parts for OpenID Connect, and what it leaves out.

    It leaves out PKCE, and that public clients need no secret.
    """
    addresses = endpoints(f"{own.AUTHORITY_HOST}/{path_of(own)}")
    return {
        **{name: addresses[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")},
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": [
            "none",
            "client_secret_post",
            "private_key_jwt",
            "client_secret_basic",
        ],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "code_challenge_methods_supported": ["S256"],
    }
