"""social-auth-app-django signs people in through a tenant's v1.0 and v2.0 endpoints, and refreshes what it has got."""

from urllib.parse import urlsplit

import django_site
import witness
from django.http import HttpResponse, JsonResponse
from django.urls import include, path

SETTINGS = {
    "KEY": "517e0000-0000-4000-a000-000000000005",
    "SECRET": "entra-local-not-a-secret-site",
    "TENANT_ID": witness.TENANT,
    "AUTHORITY_HOST": urlsplit(witness.ENTRA).netloc,
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
    """Its login takes POST only."""
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
address = witness.site(django_site.application())


def v1() -> str:
    came = witness.person(f"{address}/begin/azuread-tenant-oauth2/").json
    assert came["user"] == witness.ADA, came
    assert came["data"]["tid"] == witness.TENANT, came
    return f"signed in as {came['user']}; the issuer is sts.windows.net, the keys are those of v1.0"


def v2() -> str:
    came = witness.person(f"{address}/begin/azuread-v2-tenant-oauth2/", "grace@contoso.example").json
    assert (came["user"], came["provider"]) == ("grace@contoso.example", "azuread-v2-tenant-oauth2"), came
    return f"signed in as {came['user']}, with PKCE; each key's issuer is the token's"


def renewed() -> str:
    witness.person(f"{address}/begin/azuread-v2-tenant-oauth2/", "grace@contoso.example")
    page = witness.person(f"{address}/refresh", anew=False)
    assert page.json == {"changed": True}, page
    return "another access token for its refresh token"


def cancelled() -> str:
    page = witness.person(f"{address}/begin/azuread-v2-tenant-oauth2/", None)
    assert page.json == {"failed": True}, page
    return "its page for a failed sign-in"


witness.flow("azuread-tenant-oauth2: sign in through v1.0", v1)
witness.flow("azuread-v2-tenant-oauth2: sign in with PKCE", v2)
witness.flow("azuread-v2-tenant-oauth2: refresh", renewed)
witness.flow("azuread-v2-tenant-oauth2: a sign-in that the person cancels", cancelled)
