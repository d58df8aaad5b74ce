"""Views of REST framework and Ninja with the classes of other logins, alone and beside ours."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django_entrance.contrib.ninja import EntraAuth, answer_refusals
from django_entrance.contrib.rest_framework import EntraAuthentication
from knox.auth import TokenAuthentication as KnoxAuthentication
from ninja import NinjaAPI
from ninja.security import HttpBasicAuth, django_auth
from rest_framework.authentication import BasicAuthentication, SessionAuthentication, TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication


class Whoami(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})

    post = get


class Basic(HttpBasicAuth):
    def authenticate(self, request: HttpRequest, username: str, password: str) -> str | None:
        return username if password == "pw" else None


THEIRS: dict[str, tuple[type[Any], ...]] = {
    "simplejwt": (JWTAuthentication,),
    "token": (TokenAuthentication,),
    "knox": (KnoxAuthentication,),
    "basic": (BasicAuthentication,),
    "session": (SessionAuthentication,),
    "jwt-and-token": (JWTAuthentication, TokenAuthentication),
}
ORDERS: dict[str, Callable[[Any], Any]] = {
    "alone": lambda theirs: theirs,
    "beside": lambda theirs: (EntraAuthentication, *theirs),
    "after": lambda theirs: (*theirs, EntraAuthentication),
}


def operation(request: HttpRequest) -> dict[str, str]:
    return {"user": getattr(request.auth, "username", None) or str(request.auth)}  # type: ignore[attr-defined]  # Ninja


MADE_BY: Any = Whoami.as_view  # its keyword arguments are the class's own attributes


def make_api(name: str, *ours: Any) -> NinjaAPI:
    api = NinjaAPI(urls_namespace=f"beside-{name}", docs_url=None)
    if ours:
        answer_refusals(api)
    api.get("/ninja-basic/", auth=[*ours, Basic()])(operation)
    api.get("/ninja-session/", auth=[*ours, django_auth])(operation)
    return api


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


urlpatterns = [
    *[
        path(f"{order}/{name}/", MADE_BY(authentication_classes=made(theirs)))
        for order, made in ORDERS.items()
        for name, theirs in THEIRS.items()
    ],
    path("alone/", make_api("alone").urls),
    path("beside/", make_api("beside", EntraAuth()).urls),
    path("alone/plain/", login_required(plain)),
    path("beside/plain/", login_required(plain)),
    path("entrance/", include("django_entrance.urls")),
]
