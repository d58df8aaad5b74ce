"""mozilla-django-oidc signs people in with PKCE and userinfo, renews the session silently, and signs out."""

from urllib.parse import urlencode

import django_site
import harness
from django.http import JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

V2 = f"{harness.ENTRA}/{harness.TENANT}/oauth2/v2.0"


def who(request):
    return JsonResponse({"user": getattr(request.user, "email", None)})


def signed_out(request):
    return JsonResponse({"user": getattr(request.user, "email", None), "path": "signed-out"})


def end_session(request) -> str:
    return f"{V2}/logout?" + urlencode({"post_logout_redirect_uri": request.build_absolute_uri("/signed-out")})


def failed(request):
    return JsonResponse({"failed": True, "user": getattr(request.user, "email", None)})


django_site.configure(
    "mozilla_django_oidc",
    middleware=("mozilla_django_oidc.middleware.SessionRefresh",),
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    OIDC_RP_CLIENT_ID="517e0000-0000-4000-a000-000000000005",
    OIDC_RP_CLIENT_SECRET="entra-local-not-a-secret-site",
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_RP_SCOPES="openid profile email",
    OIDC_USE_PKCE=True,
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{V2}/authorize",
    OIDC_OP_TOKEN_ENDPOINT=f"{V2}/token",
    OIDC_OP_JWKS_ENDPOINT=f"{harness.ENTRA}/{harness.TENANT}/discovery/v2.0/keys",
    OIDC_OP_USER_ENDPOINT=f"{harness.ENTRA}/oidc/userinfo",
    OIDC_OP_LOGOUT_URL_METHOD="__main__.end_session",
    OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS=-1,
    OIDC_EXEMPT_URLS=["/signed-out", "/failed", "/out"],
    LOGIN_REDIRECT_URL_FAILURE="/failed",
    ALLOW_LOGOUT_GET_METHOD=True,
)
from mozilla_django_oidc.views import OIDCLogoutView  # noqa: E402 - it reads the settings

urlpatterns = [
    path("oidc/", include("mozilla_django_oidc.urls")),
    path("out", csrf_exempt(OIDCLogoutView.as_view())),
    path("who", who),
    path("signed-out", signed_out),
    path("failed", failed),
]

address = harness.serve(django_site.application())


def sign_in() -> str:
    page = harness.visit(f"{address}/oidc/authenticate/?next=/signed-out")
    assert page.json == {"user": harness.ADA, "path": "signed-out"}, page
    return f"signed in as {harness.ADA}, by the e-mail address of userinfo"


def renew() -> str:
    """The session expires at once, so the first page redirects to authorize with prompt=none."""
    from django.contrib.auth.models import User

    before = User.objects.count()
    page = harness.visit(f"{address}/oidc/authenticate/?next=/signed-out")
    from django.conf import settings

    settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS = 900
    page = harness.visit(f"{address}/who", new_browser=False)
    assert page.json == {"user": harness.ADA}, page
    assert User.objects.count() == before
    return "prompt=none, and the same person again"


def sign_out() -> str:
    page = harness.visit(f"{address}/out", new_browser=False)
    assert page.json == {"user": None, "path": "signed-out"}, page
    again = harness.visit(f"{address}/oidc/authenticate/?prompt=none&next=/signed-out", None, new_browser=False)
    assert again.json["failed"], again
    return "both sessions are over, and the browser is back at post_logout_redirect_uri"


def cancelled() -> str:
    page = harness.visit(f"{address}/oidc/authenticate/?next=/signed-out", None)
    assert page.json == {"failed": True, "user": None}, page
    return "its failure page"


harness.flow("sign in with PKCE, with userinfo", sign_in)
harness.flow("the session is renewed silently", renew)
harness.flow("sign out at entra-double", sign_out)
harness.flow("a sign-in that the person cancels", cancelled)
