"""Ends sessions when Microsoft tells that one ended there (OpenID Connect Front-Channel Logout 1.0).

Microsoft's sign-out page loads the address in a frame. Browsers send no cookie there, so ``sid`` finds the sessions.
"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET

from django_entrance.accounts.session_index import end_sessions_at_microsoft
from django_entrance.entra.authorities import configured_authorities
from django_entrance.frontend.public import public
from django_entrance.verification.authority import Authority
from django_entrance.verification.issuers import NO_TENANT, TENANT, tenant_in

SID = re.compile(r"[!-~]{1,64}")
LONGEST_ISSUER = 300
PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>Signed out</title><p>Signed out.</p></html>\n"


@public
@never_cache
@xframe_options_exempt
@require_GET
def front_channel_logout(request: HttpRequest) -> HttpResponse:
    """End the sessions of ``sid`` at the authority that has the issuer ``iss``. The answer is the same without any.

    It needs no CSRF token: only Entra and the person's own browser know the ``sid``.
    """
    sid, issuer = only_value(request, "sid"), only_value(request, "iss")
    authorities = authorities_of(issuer) if SID.fullmatch(sid) and len(issuer) <= LONGEST_ISSUER else []
    if authorities:
        end_sessions_at_microsoft(sid, tenant_in(issuer), [each.name for each in authorities])
    response = HttpResponse(PAGE)
    response["Content-Security-Policy"] = f"default-src 'none'; frame-ancestors {' '.join(frame_hosts())}"
    response["Referrer-Policy"] = "no-referrer"
    return response


def only_value(request: HttpRequest, name: str) -> str:
    """Return a parameter that came once, or an empty text."""
    values = request.GET.getlist(name)
    return values[0] if len(values) == 1 else ""


def authorities_of(issuer: str) -> list[Authority]:
    """Return the configured authorities that have this issuer, of whichever tenant. Nothing is fetched."""
    tenant = tenant_in(issuer)
    if tenant == NO_TENANT:
        return []
    return [each for each in configured_authorities() if issuer in (form.fill(tenant) for form in each.addresses.forms)]


def frame_hosts() -> list[str]:
    """Return the hosts of the configured authorities, in whose pages this may be a frame."""
    hosts = [
        host.replace(TENANT, each.tenant) for each in configured_authorities() for host in each.addresses.key_hosts
    ]
    return list(dict.fromkeys(hosts))
