"""Views of allauth headless and of oauth-toolkit as a resource server, alone and beside ours."""

from typing import Any

from allauth.headless.contrib.ninja.security import jwt_token_auth, x_session_token_auth
from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication, XSessionTokenAuthentication
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django_entrance.contrib.ninja import EntraAuth, answer_refusals
from django_entrance.contrib.rest_framework import EntraAuthentication, HasScope
from ninja import NinjaAPI
from oauth2_provider.contrib.rest_framework import OAuth2Authentication, TokenHasScope
from oauth2_provider.decorators import protected_resource
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Whoami(APIView):
    permission_classes: tuple[type[Any], ...] = (IsAuthenticated,)
    required_scopes = ("log",)

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})


class OfScope(Whoami):
    permission_classes = (TokenHasScope,)


class OfEither(Whoami):
    permission_classes = (TokenHasScope | HasScope("access_as_user"),)


THEIRS: dict[str, tuple[Any, type[Any]]] = {
    "allauth-session": (Whoami, XSessionTokenAuthentication),
    "allauth-jwt": (Whoami, JWTTokenAuthentication),
    "oauth": (Whoami, OAuth2Authentication),
    "oauth-scope": (OfScope, OAuth2Authentication),
}


def operation(request: HttpRequest) -> dict[str, str]:
    return {"user": request.user.get_username()}


@protected_resource(scopes=["log"])  # type: ignore[untyped-decorator]
def resource(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.resource_owner.get_username())  # type: ignore[attr-defined]  # of the decorator


@login_required
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


def make_api(name: str, *ours: Any) -> NinjaAPI:
    api = NinjaAPI(urls_namespace=f"coexist-{name}", docs_url=None)
    if ours:
        answer_refusals(api)
    api.get("/ninja-session/", auth=[*ours, x_session_token_auth])(operation)
    api.get("/ninja-jwt/", auth=[*ours, jwt_token_auth])(operation)
    return api


def views(order: str, *ours: Any) -> list[Any]:
    return [
        *[
            path(f"{order}/{name}/", kind.as_view(authentication_classes=(*ours, theirs)))
            for name, (kind, theirs) in THEIRS.items()
        ],
        path(f"{order}/", make_api(order, *(EntraAuth() for _ in ours)).urls),
        path(f"{order}/resource/", resource),
        path(f"{order}/plain/", plain),
    ]


urlpatterns = [
    *views("alone"),
    *views("beside", EntraAuthentication),
    path("either/", OfEither.as_view(authentication_classes=(EntraAuthentication, OAuth2Authentication))),
    path("_allauth/", include("allauth.headless.urls")),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("entrance/", include("django_entrance.urls")),
]
