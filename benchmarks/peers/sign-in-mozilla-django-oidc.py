"""mozilla-django-oidc: its code flow, with PKCE, and RS256 by the provider's keys."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from browser import MIDDLEWARE, SIGNED_IN, TEMPLATES, Browser, sign_in_ways, tell_checks, whoami
from project import VIEW, configure
from worker import read_case, serve


def main() -> None:
    case = read_case()
    base = f"{case['host']}/{case['tenant']}"
    configure(
        INSTALLED_APPS=["mozilla_django_oidc"],
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=TEMPLATES,
        LOGIN_REDIRECT_URL=SIGNED_IN,
        AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        OIDC_RP_CLIENT_ID=case["client"],
        OIDC_RP_CLIENT_SECRET="for benchmarks only",
        OIDC_RP_SIGN_ALGO="RS256",
        OIDC_USE_PKCE=True,
        OIDC_OP_JWKS_ENDPOINT=f"{base}/discovery/v2.0/keys",
        OIDC_OP_AUTHORIZATION_ENDPOINT=f"{base}/oauth2/v2.0/authorize",
        OIDC_OP_TOKEN_ENDPOINT=f"{base}/oauth2/v2.0/token",
        OIDC_OP_USER_ENDPOINT=f"{base}/userinfo",
    )
    from django.urls import include

    VIEW.update(whoami=whoami, oidc=include("mozilla_django_oidc.urls"))
    browser = Browser("GET", "/oidc/authenticate/")
    tell_checks(browser)
    serve(sign_in_ways(browser))


main()
