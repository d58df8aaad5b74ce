"""social-auth-app-django signs people in through a tenant's v1.0 and v2.0 endpoints, and refreshes tokens."""

from urllib.parse import urlsplit

import django_site
import harness
from django.http import HttpResponse, JsonResponse
from django.urls import include, path

SETTINGS = {
    "KEY": "517e0000-0000-4000-a000-000000000005",
    "SECRET": "entra-local-not-a-secret-site",
    "TENANT_ID": harness.TENANT,
    "AUTHORITY_HOST": urlsplit(harness.ENTRA).netloc,
}
BACKENDS = ("AZUREAD_TENANT_OAUTH2", "AZUREAD_V2_TENANT_OAUTH2")


def who(request):
    if not request.user.is_authenticated:
        return JsonResponse({"user": None})
    social = request.user.social_auth.get()
    return JsonResponse({"user": request.user.email, "uid": social.uid, "provider": social.provider,
                         "data": {name: str(value) for name, value in social.extra_data.items()}})  # fmt: skip


def refresh(request):
    from social_django.utils import load_strategy

    social = request.user.social_auth.get()
    before = social.extra_data["access_token"]
    social.refresh_token(load_strategy(request))
    return JsonResponse({"changed": social.extra_data["access_token"] != before})


def begin(request, backend):
    """The login view accepts only POST."""
    return HttpResponse(f'<form id="answer" method="post" action="/login/{backend}/"></form>')


def failed(request):
    return JsonResponse({"failed": True})


django_site.configure(
    "social_django",
    middleware=("social_django.middleware.SocialAuthExceptionMiddleware",),
    AUTHENTICATION_BACKENDS=[
        "social_core.backends.azuread_tenant.AzureADTenantOAuth2",
        "social_core.backends.azuread_tenant.AzureADV2TenantOAuth2",
    ],
    SOCIAL_AUTH_LOGIN_ERROR_URL="/failed",
    SOCIAL_AUTH_URL_NAMESPACE="social",
    SOCIAL_AUTH_AZUREAD_V2_TENANT_OAUTH2_USE_PKCE=True,
    **{f"SOCIAL_AUTH_{backend}_{name}": value for backend in BACKENDS for name, value in SETTINGS.items()},
)
urlpatterns = [
    path("", include("social_django.urls", namespace="social")),
    path("begin/<backend>/", begin),
    path("who", who),
    path("refresh", refresh),
    path("failed", failed),
]
address = harness.serve(django_site.application())


def v1() -> str:
    actual = harness.visit(f"{address}/begin/azuread-tenant-oauth2/").json
    assert actual["user"] == harness.ADA, actual
    assert actual["data"]["tid"] == harness.TENANT, actual
    return f"signed in as {actual['user']}; the issuer is sts.windows.net, the keys are those of v1.0"


def v2() -> str:
    actual = harness.visit(f"{address}/begin/azuread-v2-tenant-oauth2/", "grace@contoso.example").json
    assert (actual["user"], actual["provider"]) == ("grace@contoso.example", "azuread-v2-tenant-oauth2"), actual
    return f"signed in as {actual['user']}, with PKCE; each key's issuer is the token's"


def renewed() -> str:
    harness.visit(f"{address}/begin/azuread-v2-tenant-oauth2/", "grace@contoso.example")
    page = harness.visit(f"{address}/refresh", new_browser=False)
    assert page.json == {"changed": True}, page
    return "another access token for its refresh token"


def cancelled() -> str:
    page = harness.visit(f"{address}/begin/azuread-v2-tenant-oauth2/", None)
    assert page.json == {"failed": True}, page
    return "its page for a failed sign-in"


harness.flow("azuread-tenant-oauth2: sign in through v1.0", v1)
harness.flow("azuread-v2-tenant-oauth2: sign in with PKCE", v2)
harness.flow("azuread-v2-tenant-oauth2: refresh", renewed)
harness.flow("azuread-v2-tenant-oauth2: a sign-in that the person cancels", cancelled)
