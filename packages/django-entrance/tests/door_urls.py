"""One and the same views for tokens and for sessions: plain, of each framework, and GraphQL, none exempt from CSRF."""

from typing import Any

import strawberry
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views import View
from django.views.decorators.cache import cache_page
from django.views.decorators.vary import vary_on_headers
from django_entrance.contrib.ninja import AsyncEntraAuth, EntraAuth, answer_refusals
from django_entrance.contrib.rest_framework import EntraAuthentication
from django_entrance.contrib.strawberry import IsSignedIn
from ninja import NinjaAPI
from ninja.security import django_auth
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.views import APIView
from strawberry.django.views import AsyncGraphQLView, GraphQLView
from strawberry.file_uploads import Upload

CALLS: list[str] = []
"""The users that a view has served."""


def answer(request: HttpRequest, user: Any) -> JsonResponse:
    CALLS.append(user.get_username())
    entra = getattr(request, "entra", None)
    return JsonResponse({"user": user.get_username(), "door": entra.door if entra else None})


def view(request: HttpRequest) -> HttpResponse:
    return answer(request, request.user)


async def aview(request: HttpRequest) -> HttpResponse:
    return answer(request, await request.auser())


class SyncView(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(request, request.user)

    get = post


class AsyncView(View):
    async def post(self, request: HttpRequest) -> HttpResponse:
        return answer(request, request.user)

    get = post


class RestView(APIView):
    authentication_classes = (EntraAuthentication, SessionAuthentication)
    permission_classes = ()

    def post(self, request: Request) -> HttpResponse:
        return answer(request._request, request.user)

    get = post


api = NinjaAPI(docs_url=None)
answer_refusals(api)


def no_one(request: HttpRequest) -> bool:
    """Let in what no other class does."""
    return True


@api.api_operation(["GET", "POST"], "/sync", auth=[EntraAuth(), django_auth, no_one])
def operation(request: HttpRequest) -> HttpResponse:
    return answer(request, request.user)


@api.api_operation(["GET", "POST"], "/async", auth=[AsyncEntraAuth(), django_auth, no_one])
async def aoperation(request: HttpRequest) -> HttpResponse:
    return answer(request, request.user)


@strawberry.type
class Query:
    @strawberry.field
    def me(self, info: strawberry.Info) -> str:
        """Return what the other views answer."""
        request = info.context.request
        return answer(request, request.user).content.decode()


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=[IsSignedIn])
    def change(self, info: strawberry.Info, file: Upload | None = None) -> str:
        request = info.context.request
        CALLS.append(request.user.get_username())
        return str(request.user.get_username())


schema = strawberry.Schema(Query, Mutation)
urlpatterns = [
    path("view/", view),
    path("aview/", aview),
    path("class/", SyncView.as_view()),
    path("aclass/", AsyncView.as_view()),
    path("cached/", cache_page(600)(vary_on_headers("Authorization", "Cookie")(view))),
    path("rest/", RestView.as_view()),
    path("ninja/", api.urls),
    path("closed/", login_required(view)),
    path("aclosed/", login_required(aview)),
    path("graphql/", GraphQLView.as_view(schema=schema, multipart_uploads_enabled=True)),
    path("agraphql/", AsyncGraphQLView.as_view(schema=schema, multipart_uploads_enabled=True)),
    path("login/", LoginView.as_view(template_name="django_entrance/login.html")),
    path("logout/", LogoutView.as_view(next_page="/view/")),
    path("password/", PasswordChangeView.as_view(success_url="/view/")),
    path("admin/", admin.site.urls),  # the template of PasswordChangeView is the admin's
    path("entrance/", include("django_entrance.urls")),
]
