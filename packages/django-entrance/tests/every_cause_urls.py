"""Views of each framework that require a signed-in caller, a scope, an app role or an authentication context."""

from collections.abc import Callable
from typing import Any

import strawberry
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django_entrance import decorators, permissions
from django_entrance.contrib import rest_framework as rest
from django_entrance.contrib import strawberry as graphql
from django_entrance.contrib.ninja import AsyncEntraAuth, EntraAuth, answer_refusals
from door_urls import answer
from ninja import NinjaAPI
from ninja.security import django_auth
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.views import APIView
from strawberry.django.views import AsyncGraphQLView, GraphQLView

NEEDS = ["signed-in", "scope", "app-role", "context"]
SCOPE, ROLES, CONTEXT = "log.read", ("Writer", "Admin"), "delete"


def view(request: HttpRequest) -> HttpResponse:
    return answer(request, request.user)


async def aview(request: HttpRequest) -> HttpResponse:
    return answer(request, await request.auser())


CALLED: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[str, ...]]] = {
    "signed-in": (permissions.require_signed_in, permissions.arequire_signed_in, ()),
    "scope": (permissions.require_scope, permissions.arequire_scope, (SCOPE,)),
    "app-role": (permissions.require_app_role, permissions.arequire_app_role, ROLES),
    "context": (permissions.require_authentication_context, permissions.arequire_authentication_context, (CONTEXT,)),
}
DECORATORS: dict[str, Any] = {
    "signed-in": decorators.signed_in_required,
    "scope": decorators.scope_required(SCOPE),
    "app-role": decorators.app_role_required(*ROLES),
    "context": decorators.authentication_context_required(CONTEXT),
}
PERMISSIONS: dict[str, Any] = {
    "signed-in": (rest.IsSignedIn, graphql.IsSignedIn),
    "scope": (rest.HasScope(SCOPE), graphql.HasScope(SCOPE)),
    "app-role": (rest.HasAppRole(*ROLES), graphql.HasAppRole(*ROLES)),
    "context": (rest.HasAuthenticationContext(CONTEXT), graphql.HasAuthenticationContext(CONTEXT)),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "signed-in": {},
    "scope": {"scope": SCOPE},
    "app-role": {"app_roles": ROLES},
    "context": {"authentication_context": CONTEXT},
}


def asking(needs: str) -> Callable[..., Any]:
    """Return a view that asks ``permissions`` itself."""
    require, _, names = CALLED[needs]

    def asks(request: HttpRequest) -> HttpResponse:
        require(request, *names)
        return view(request)

    return asks


def asking_async(needs: str) -> Callable[..., Any]:
    _, require, names = CALLED[needs]

    async def asks(request: HttpRequest) -> HttpResponse:
        await require(request, *names)
        return await aview(request)

    return asks


class RestView(APIView):
    authentication_classes = (rest.EntraAuthentication, SessionAuthentication)

    def get(self, request: Request) -> HttpResponse:
        return answer(request._request, request.user)


def make_api() -> NinjaAPI:
    api = NinjaAPI(urls_namespace="every-cause", docs_url=None)
    answer_refusals(api)
    for needs in NEEDS:
        theirs = [django_auth] if needs == "signed-in" else []
        api.get(f"/sync/{needs}/", auth=[EntraAuth(**OPTIONS[needs]), *theirs])(view)
        api.get(f"/async/{needs}/", auth=[AsyncEntraAuth(**OPTIONS[needs]), *theirs])(aview)
    return api


def schema(needs: str) -> strawberry.Schema:
    @strawberry.type
    class Query:
        @strawberry.field(permission_classes=[PERMISSIONS[needs][1]])
        def me(self, info: strawberry.Info) -> str:
            return view(info.context.request).content.decode()

    return strawberry.Schema(Query)


urlpatterns = [
    *[path(f"view/{needs}/", asking(needs)) for needs in NEEDS],
    *[path(f"aview/{needs}/", asking_async(needs)) for needs in NEEDS],
    *[path(f"decorated/{needs}/", DECORATORS[needs](view)) for needs in NEEDS],
    *[path(f"adecorated/{needs}/", DECORATORS[needs](aview)) for needs in NEEDS],
    *[path(f"rest/{needs}/", RestView.as_view(permission_classes=[PERMISSIONS[needs][0]])) for needs in NEEDS],
    path("ninja/", make_api().urls),
    *[path(f"graphql/{needs}/", GraphQLView.as_view(schema=schema(needs))) for needs in NEEDS],
    *[path(f"agraphql/{needs}/", AsyncGraphQLView.as_view(schema=schema(needs))) for needs in NEEDS],
    path("entrance/", include("django_entrance.urls")),
]
