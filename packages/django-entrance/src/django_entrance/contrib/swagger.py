"""The page that Entra leads back to after *Authorize* in Swagger UI, of whichever framework."""

import base64
import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from django_entrance.frontend.public import public
from django_entrance.frontend.views import BridgeResponse

SCRIPT = """
const answer = Object.fromEntries(new URLSearchParams(location.search));
history.replaceState(null, "", location.pathname);
const asked = window.opener && window.opener.swaggerUIRedirectOauth2;
if (!asked) {
  document.querySelector("main").textContent = "Swagger did not open this page, or may not see it. Close it.";
} else {
  if (answer.code && answer.state === asked.state) {
    asked.auth.code = answer.code;
    asked.callback({ auth: asked.auth, redirectUrl: asked.redirectUrl });
  } else {
    const told = `${answer.error}: ${answer.error_description || ""}`;
    const message = answer.error ? told : "The answer is not to this sign-in.";
    asked.errCb({ authId: asked.auth.name, source: "auth", level: "error", message });
  }
  window.close();
}
"""
DIGEST = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()


@public
@never_cache
@require_safe
def oauth2_redirect(request: HttpRequest) -> HttpResponse:
    """Pass Entra's answer to the Swagger page that opened this window (RFC 6749 section 4.1.2).

    Serve it as ``oauth2-redirect.html`` beside the page, and register that address for the platform "Single-page
    application". Swagger's own page would get ``Cross-Origin-Opener-Policy: same-origin`` from Django, which separates
    it from the page that opened it. This one has no such header, and passes nothing on without the ``state`` of that
    page.
    """
    page = render(request, "django_entrance/redirect.html", {"script": SCRIPT, "home": get_script_prefix()})
    response = BridgeResponse(page.content)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'sha256-{DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
    )
    response["Referrer-Policy"] = "no-referrer"
    return response
