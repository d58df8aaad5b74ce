"""Views that call another API for the person, sync and async. They answer what a token says, never the token."""

import base64
import json
from hashlib import sha256
from typing import Any

import strawberry
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django_entrance.contrib.ninja import EntraAuth, answer_refusals
from django_entrance.contrib.rest_framework import EntraAuthentication
from django_entrance.contrib.rest_framework.problems import exception_handler
from django_entrance.contrib.strawberry import AnswerRefusals
from django_entrance.decorators import authentication_context_required
from django_entrance.entra.graph import agraph, graph
from django_entrance.entra.on_behalf_of import atoken_for, token_for
from ninja import NinjaAPI
from project_urls import whoami
from rest_framework.decorators import api_view, authentication_classes
from rest_framework.request import Request
from rest_framework.views import APIView
from strawberry.django.views import AsyncGraphQLView, GraphQLView
from token_watch import keep_secret


def told(token: str) -> JsonResponse:
    """Answer a digest of a token, and what it says."""
    header, payload, signature = token.split(".")
    keep_secret(header, payload, signature)
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    names = ("oid", "tid", "scp", "appid", "azp", "aud", "acrs", "xms_cc")
    return JsonResponse({"digest": sha256(token.encode()).hexdigest()} | {name: claims.get(name) for name in names})


def asked(request: HttpRequest) -> dict[str, Any]:
    claims = request.GET.get("claims")
    return {"scopes": request.GET.get("scopes", "User.Read")} | ({"claims": claims} if claims else {})


def token(request: HttpRequest) -> JsonResponse:
    return told(token_for(request, **asked(request)))


async def atoken(request: HttpRequest) -> JsonResponse:
    return told(await atoken_for(request, **asked(request)))


def me(request: HttpRequest) -> JsonResponse:
    return JsonResponse(graph(request).get("/me", select="id,displayName"))


async def ame(request: HttpRequest) -> JsonResponse:
    return JsonResponse(await agraph(request).get("/me", select="id,displayName"))


def form(request: HttpRequest) -> JsonResponse:
    """Ask Graph who sends a form, and answer what was sent."""
    name = graph(request).get("/me", select="displayName")["displayName"]
    return JsonResponse({"name": name, "note": request.POST["note"]})


async def aform(request: HttpRequest) -> JsonResponse:
    name = (await agraph(request).get("/me", select="displayName"))["displayName"]
    return JsonResponse({"name": name, "note": request.POST["note"]})


@authentication_context_required("delete")
def delete(request: HttpRequest) -> JsonResponse:
    return me(request)


@api_view(["GET"])
@authentication_classes([EntraAuthentication])
def rest(request: Request) -> JsonResponse:
    return told(token_for(request, **asked(request)))


class ProblemsView(APIView):
    """A view that answers refusals as problem documents, of its own ``EXCEPTION_HANDLER``."""

    authentication_classes = (EntraAuthentication,)

    def get_exception_handler(self) -> Any:
        return exception_handler

    def get(self, request: Request) -> JsonResponse:
        return told(token_for(request, **asked(request)))


api = NinjaAPI(urls_namespace="calling")
answer_refusals(api)


@api.get("/token/", auth=EntraAuth())
def ninja(request: HttpRequest) -> JsonResponse:
    return told(token_for(request, **asked(request)))


@strawberry.type
class Query:
    @strawberry.field
    def digest(self, info: strawberry.Info[Any, Any], scopes: str = "User.Read") -> str:
        return sha256(token_for(info.context.request, scopes).encode()).hexdigest()

    @strawberry.field
    async def adigest(self, info: strawberry.Info[Any, Any], scopes: str = "User.Read") -> str:
        return sha256((await atoken_for(info.context.request, scopes)).encode()).hexdigest()

    @strawberry.field
    def broken(self) -> str:
        raise KeyError("broken")


schema = strawberry.Schema(Query, extensions=[AnswerRefusals])

urlpatterns = [
    path("graphql/", csrf_exempt(GraphQLView.as_view(schema=schema))),
    path("async/graphql/", csrf_exempt(AsyncGraphQLView.as_view(schema=schema))),
    path("rest/token/", rest),
    path("problems/token/", ProblemsView.as_view()),
    path("ninja/", api.urls),
    path("", whoami),
    path("token/", token),
    path("async/token/", atoken),
    path("me/", me),
    path("async/me/", ame),
    path("form/", form),
    path("async/form/", aform),
    path("delete/", delete),
    path("entrance/", include("django_entrance.urls")),
]
"""Paths of the sync and async views, for tests that take both: see ``calling.VIEWS``."""
