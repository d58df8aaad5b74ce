"""mozilla-django-oidc in REST framework: it calls a userinfo endpoint at every request instead of verifying the token.

The endpoint runs in the driver's process; its CPU time is not counted.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from project import VIEW, asking, configure
from worker import bare_verify, read_case, serve


def main() -> None:
    case = read_case()
    configure(
        INSTALLED_APPS=["mozilla_django_oidc", "rest_framework"],
        MIDDLEWARE=[],
        AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        OIDC_RP_CLIENT_ID="x",
        OIDC_RP_CLIENT_SECRET="x",
        OIDC_RP_SIGN_ALGO="RS256",
        OIDC_OP_JWKS_ENDPOINT=case["userinfo"],
        OIDC_OP_TOKEN_ENDPOINT=case["userinfo"],
        OIDC_OP_USER_ENDPOINT=case["userinfo"],
        OIDC_OP_AUTHORIZATION_ENDPOINT=case["userinfo"],
    )
    from django.contrib.auth import get_user_model
    from mozilla_django_oidc.contrib.drf import OIDCAuthentication
    from rest_framework.renderers import StaticHTMLRenderer
    from rest_framework.response import Response
    from rest_framework.views import APIView

    class Whoami(APIView):
        authentication_classes = (OIDCAuthentication,)
        renderer_classes = (StaticHTMLRenderer,)

        def get(self, request):  # type: ignore[no-untyped-def]
            return Response(request.user.email if request.auth else "")

    class Anonymous(Whoami):
        authentication_classes = ()

    get_user_model().objects.create_user("ada", email=case["upn"])
    VIEW.update(drf=Anonymous.as_view(), whoami=Whoami.as_view())
    serve(
        {
            "bare": bare_verify(case),
            "request, anonymous": asking("drf", expected=""),
            "request, userinfo over loopback": asking(
                "whoami", expected=case["upn"], authorization=f"Bearer {case['v1']}"
            ),
        }
    )


main()
