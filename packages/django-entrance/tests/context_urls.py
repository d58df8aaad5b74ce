"""Views that require an authentication context, in each form that Django knows, and in GraphQL."""

from typing import Any

import strawberry
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View
from django_entrance import permissions
from django_entrance.contrib.strawberry import HasAuthenticationContext
from django_entrance.decorators import authentication_context_required
from django_entrance.mixins import AuthenticationContextRequiredMixin
from strawberry.django.views import AsyncGraphQLView, GraphQLView


def view(request: HttpRequest) -> HttpResponse:
    permissions.require_authentication_context(request, "delete")
    return HttpResponse("deleted")


async def aview(request: HttpRequest) -> HttpResponse:
    await permissions.arequire_authentication_context(request, "delete")
    return HttpResponse("deleted")


@authentication_context_required("delete")
def decorated(request: HttpRequest) -> HttpResponse:
    return HttpResponse("deleted")


@authentication_context_required("delete")
async def adecorated(request: HttpRequest) -> HttpResponse:
    return HttpResponse("deleted")


class Mixed(AuthenticationContextRequiredMixin, View):
    authentication_context = "delete"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("deleted")


class Misspelt(Mixed):
    authentication_context = "remove"


@strawberry.type
class Query:
    @strawberry.field(permission_classes=[HasAuthenticationContext("delete")])
    def delete(self, info: strawberry.Info[Any, Any]) -> str:
        return "deleted"


schema = strawberry.Schema(Query)
urlpatterns = [
    path("view/", view),
    path("aview/", aview),
    path("decorated/", decorated),
    path("adecorated/", adecorated),
    path("mixed/", Mixed.as_view()),
    path("misspelt/", Misspelt.as_view()),
    path("graphql/", GraphQLView.as_view(schema=schema)),
    path("agraphql/", AsyncGraphQLView.as_view(schema=schema)),
    path("entrance/", include("django_entrance.urls")),
]
