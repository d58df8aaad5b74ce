"""django-allauth: its OpenID Connect provider, with PKCE."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from browser import MIDDLEWARE, SIGNED_IN, TEMPLATES, Browser, sign_in_ways, tell_checks, whoami
from project import VIEW, configure
from worker import read_case, serve


def main() -> None:
    case = read_case()
    app = {
        "provider_id": "entra",
        "name": "Entra",
        "client_id": case["client"],
        "secret": "for benchmarks only",
        "settings": {"server_url": f"{case['host']}/{case['tenant']}/v2.0", "oauth_pkce_enabled": True},
    }
    configure(
        INSTALLED_APPS=[
            "allauth",
            "allauth.account",
            "allauth.socialaccount",
            "allauth.socialaccount.providers.openid_connect",
        ],
        MIDDLEWARE=[*MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"],
        TEMPLATES=TEMPLATES,
        LOGIN_REDIRECT_URL=SIGNED_IN,
        AUTHENTICATION_BACKENDS=[
            "django.contrib.auth.backends.ModelBackend",
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        ACCOUNT_EMAIL_VERIFICATION="none",
        SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}},
    )
    from django.urls import include

    VIEW.update(whoami=whoami, accounts=include("allauth.urls"))
    browser = Browser("POST", "/accounts/oidc/entra/login/")
    tell_checks(browser)
    serve(sign_in_ways(browser))


main()
