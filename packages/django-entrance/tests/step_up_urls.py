"""One operation that needs an authentication context, in each framework, sync and async."""

from typing import Any

import strawberry
import strawberry_django
from context_urls import AsyncMixed, Mixed, adecorated, aview, decorated, view
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import include, path
from django_entrance.contrib.ninja import AsyncEntraAuth, EntraAuth, answer_refusals
from django_entrance.contrib.rest_framework import EntraAuthentication, HasAuthenticationContext
from django_entrance.contrib.rest_framework.problems import exception_handler
from django_entrance.contrib.strawberry import HasAuthenticationContext as HasContext
from ninja import NinjaAPI
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from strawberry.django.views import AsyncGraphQLView, GraphQLView
from strawberry_django.permissions import IsAuthenticated

BECAUSE = "Deleting needs a second proof."


class RestView(APIView):
    authentication_classes = (EntraAuthentication,)
    permission_classes = (HasAuthenticationContext("delete", because=BECAUSE),)

    def post(self, request: Request) -> Response:
        return Response("deleted")


class ProblemView(RestView):
    def get_exception_handler(self) -> Any:
        return exception_handler


api = NinjaAPI(urls_namespace="step-up", docs_url=None)
answer_refusals(api)


@api.post("/sync", auth=EntraAuth(authentication_context="delete", because=BECAUSE))
def operation(request: HttpRequest) -> str:
    return "deleted"


@api.post("/async", auth=AsyncEntraAuth(authentication_context="delete", because=BECAUSE))
async def aoperation(request: HttpRequest) -> str:
    return "deleted"


@strawberry_django.type(Group)
class GroupType:
    name: strawberry.auto


@strawberry.type
class Query:
    nothing: str = ""


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=[HasContext("delete", because=BECAUSE)])  # type: ignore[untyped-decorator]
    def delete(self) -> str:
        return "deleted"

    @strawberry.mutation(permission_classes=[HasContext("delete", because=BECAUSE)])  # type: ignore[untyped-decorator]
    async def adelete(self) -> str:
        return "deleted"

    @strawberry_django.mutation(permission_classes=[HasContext("delete", because=BECAUSE)])  # type: ignore[untyped-decorator]
    def delete_theirs(self) -> str:
        return "deleted"

    @strawberry_django.mutation(  # type: ignore[untyped-decorator]
        extensions=[IsAuthenticated()], permission_classes=[HasContext("delete", because=BECAUSE)]
    )
    def delete_both(self) -> str:
        return "deleted"

    @strawberry_django.mutation(  # type: ignore[untyped-decorator]
        permission_classes=[HasContext("delete", because=BECAUSE)], handle_django_errors=True
    )
    def delete_handled(self) -> GroupType:
        return Group(name="deleted")  # type: ignore[return-value]  # Strawberry's form of a model


schema = strawberry.Schema(Query, Mutation)
urlpatterns = [
    path("view/", view),
    path("aview/", aview),
    path("decorated/", decorated),
    path("adecorated/", adecorated),
    path("mixed/", Mixed.as_view()),
    path("amixed/", AsyncMixed.as_view()),
    path("rest/", RestView.as_view()),
    path("problem/", ProblemView.as_view()),
    path("ninja/", api.urls),
    path("graphql/", GraphQLView.as_view(schema=schema)),
    path("agraphql/", AsyncGraphQLView.as_view(schema=schema)),
    path("entrance/", include("django_entrance.urls")),
]
