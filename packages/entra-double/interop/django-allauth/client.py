"""django-allauth signs people in through its OpenID Connect provider, as a web site's server."""

import django_site
import harness
from django.http import JsonResponse
from django.urls import include, path

SITE = {"client_id": "517e0000-0000-4000-a000-000000000005", "secret": "entra-local-not-a-secret-site"}
DISCOVERY = f"{harness.ENTRA}/{harness.TENANT}/v2.0/.well-known/openid-configuration"


def app(provider_id: str, **settings: object) -> dict:
    return {"provider_id": provider_id, "name": provider_id, **SITE, "settings": {"server_url": DISCOVERY, **settings}}


def who(request):
    from allauth.socialaccount.models import SocialAccount

    if not request.user.is_authenticated:
        return JsonResponse({"user": None})
    account = SocialAccount.objects.get(user=request.user)
    return JsonResponse({"user": request.user.email, "uid": account.uid, "data": account.extra_data})


django_site.configure(
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    middleware=("allauth.account.middleware.AccountMiddleware",),
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    SOCIALACCOUNT_LOGIN_ON_GET=True,
    SOCIALACCOUNT_PROVIDERS={
        "openid_connect": {
            "APPS": [
                app("userinfo"),
                app("pkce", fetch_userinfo=False, oauth_pkce_enabled=True),
                app("unconsented", fetch_userinfo=False) | {"client_id": "c0475e00-0000-4000-a000-000000000051"},
            ],
        }
    },
    ACCOUNT_EMAIL_VERIFICATION="none",
)
urlpatterns = [path("accounts/", include("allauth.urls")), path("who", who)]

address = harness.serve(django_site.application())


def with_userinfo() -> str:
    actual = harness.visit(f"{address}/accounts/oidc/userinfo/login/").json
    information, token = actual["data"]["userinfo"], actual["data"]["id_token"]
    assert actual["user"] == information["email"] == harness.ADA, actual
    assert information["sub"] == actual["uid"], actual
    return f"signed in as {actual['user']}; userinfo has {', '.join(sorted(information))}; ID token {token['ver']}"


def with_pkce() -> str:
    token = harness.visit(f"{address}/accounts/oidc/pkce/login/", "grace@contoso.example").json["data"]["id_token"]
    assert token["preferred_username"] == "grace@contoso.example", token
    return f"signed in as {token['preferred_username']}, with the claims of the ID token"


def as_guest() -> str:
    actual = harness.visit(f"{address}/accounts/oidc/userinfo/login/", harness.KATHERINE).json
    assert actual["data"]["id_token"]["idp"].startswith("https://sts.windows.net/"), actual
    return f"signed in as {actual['user']}; idp is the home tenant"


def with_consent() -> str:
    page = harness.visit(f"{address}/accounts/oidc/unconsented/login/", "alan@contoso.example")
    actual = page.json
    assert "Permissions requested" in page.seen, page.seen
    assert actual["user"] == "alan@contoso.example", actual
    return f"signed in as {actual['user']}, after consent"


def cancelled() -> str:
    page = harness.visit(f"{address}/accounts/oidc/userinfo/login/", None)
    assert "/login/cancelled/" in page.url, page
    return "its page for a cancelled sign-in"


harness.flow("sign in, with userinfo", with_userinfo)
harness.flow("sign in with PKCE, from the ID token alone", with_pkce)
harness.flow("a guest signs in", as_guest)
harness.flow("the person consents on the way", with_consent)
harness.flow("a sign-in that the person cancels", cancelled)
