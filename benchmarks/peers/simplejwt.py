"""djangorestframework-simplejwt with its own HS256 tokens: the cost of reading the user."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from project import VIEW, asking, configure
from worker import bare_verify, read_case, serve


def main() -> None:
    case = read_case()
    configure(INSTALLED_APPS=["rest_framework"], MIDDLEWARE=[])
    from django.contrib.auth import get_user_model
    from django.http import HttpResponse
    from rest_framework.renderers import StaticHTMLRenderer
    from rest_framework.response import Response
    from rest_framework.views import APIView
    from rest_framework_simplejwt.authentication import JWTAuthentication
    from rest_framework_simplejwt.tokens import AccessToken

    class Whoami(APIView):
        authentication_classes = (JWTAuthentication,)
        renderer_classes = (StaticHTMLRenderer,)

        def get(self, request):  # type: ignore[no-untyped-def]
            return Response(request.user.get_username())

    class Anonymous(Whoami):
        authentication_classes = ()

    VIEW.update(anonymous=lambda request: HttpResponse(""), drf=Anonymous.as_view(), whoami=Whoami.as_view())
    user = get_user_model().objects.create_user("barbara")
    text = str(AccessToken.for_user(user))
    authentication = JWTAuthentication()
    serve(
        {
            "bare": bare_verify(case),
            "verify its own token (HS256)": lambda: authentication.get_validated_token(text.encode()),
            "request, anonymous": asking("drf", expected=""),
            "request, its own token": asking("whoami", expected="barbara", authorization=f"Bearer {text}"),
        }
    )


main()
