"""Views that require an authentication context, in each form that Django knows, and in GraphQL."""

from typing import Any

import strawberry
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
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


@sensitive_post_parameters("diagnosis")
@authentication_context_required("delete")
def sensitive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("deleted")


@sensitive_post_parameters()
@authentication_context_required("delete")
def all_sensitive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("deleted")


@authentication_context_required("delete")
async def adecorated(request: HttpRequest) -> HttpResponse:
    return HttpResponse("deleted")


class Mixed(AuthenticationContextRequiredMixin, View):
    authentication_context = "delete"
    because = "Deleting needs a second proof."

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("deleted")

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"deleted {request.POST.getlist('entry')}")


class AsyncMixed(AuthenticationContextRequiredMixin, View):
    authentication_context = "delete"
    because = "Deleting needs a second proof."

    async def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("deleted")

    async def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"deleted {request.POST.getlist('entry')}")


@authentication_context_required("pay")
@authentication_context_required("delete")
def both(request: HttpRequest) -> HttpResponse:
    return HttpResponse("paid and deleted")


@authentication_context_required("pay")
@authentication_context_required("delete")
async def aboth(request: HttpRequest) -> HttpResponse:
    return HttpResponse("paid and deleted")


@authentication_context_required("pay")
def decorated_and_view(request: HttpRequest) -> HttpResponse:
    permissions.require_authentication_context(request, "delete")
    return HttpResponse("paid and deleted")


class Misspelt(Mixed):
    authentication_context = "remove"


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a form")


site = admin.AdminSite()


@admin.register(Group, site=site)
@method_decorator(authentication_context_required("delete"), name="delete_view")
class GroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes none
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        permissions.require_authentication_context(request, "delete", because="Deleting groups needs a second proof.")
        super().delete_queryset(request, queryset)


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
    path("sensitive/", sensitive),
    path("all-sensitive/", all_sensitive),
    path("adecorated/", adecorated),
    path("both/", both),
    path("aboth/", aboth),
    path("decorated-and-view/", decorated_and_view),
    path("mixed/", Mixed.as_view()),
    path("amixed/", AsyncMixed.as_view()),
    path("form/", form),
    path("admin/", site.urls),
    path("misspelt/", Misspelt.as_view()),
    path("graphql/", GraphQLView.as_view(schema=schema)),
    path("agraphql/", AsyncGraphQLView.as_view(schema=schema)),
    path("entrance/", include("django_entrance.urls")),
]
