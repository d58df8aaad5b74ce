"""Views that require permissions or change the user, each sync and async, for tests of whole requests."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any

import strawberry
from django.contrib.auth import alogin, alogout, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import include, path
from django.utils.functional import SimpleLazyObject
from django.views.decorators.csrf import csrf_exempt
from django_entrance import permissions
from django_entrance.bearer.authentication import identify_token
from django_entrance.contrib.strawberry import HasAppRole, HasScope, IsSignedIn
from django_entrance.frontend.views import config_json
from django_entrance.middleware import EntraRequest
from strawberry.django.context import StrawberryDjangoContext
from strawberry.django.views import AsyncGraphQLView, GraphQLView
from strawberry.permission import PermissionExtension
from strawberry.subscriptions import MULTIPART_SUBSCRIPTION_PROTOCOL

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"

OTHER_TOKENS: list[str] = []
"""Tokens that are not in the request."""


def signed_in(request: HttpRequest) -> HttpResponse:
    permissions.require_signed_in(request)
    return HttpResponse("let in")


def scope(request: HttpRequest) -> HttpResponse:
    permissions.require_scope(request, "log.read")
    return HttpResponse("let in")


def app_role(request: HttpRequest) -> HttpResponse:
    permissions.require_app_role(request, "Writer", "Admin")
    return HttpResponse("let in")


async def signed_in_async(request: HttpRequest) -> HttpResponse:
    await permissions.arequire_signed_in(request)
    return HttpResponse("let in")


async def ascope(request: HttpRequest) -> HttpResponse:
    await permissions.arequire_scope(request, "log.read")
    return HttpResponse("let in")


async def aapp_role(request: HttpRequest) -> HttpResponse:
    await permissions.arequire_app_role(request, "Writer", "Admin")
    return HttpResponse("let in")


def broken(request: HttpRequest) -> HttpResponse:
    raise PermissionError("not one of ours")


def verifies_another_token(request: HttpRequest) -> HttpResponse:
    """Verify a token that is not the caller's, without handling a refusal."""
    identify_token(OTHER_TOKENS[-1])
    return HttpResponse()


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("public")


@login_not_required
def moved(request: HttpRequest) -> HttpResponse:
    """A view that redirects to the login page itself."""
    return HttpResponseRedirect("/accounts/login/?next=/moved/")


@wraps(config_json)
def looks_public(request: HttpRequest) -> HttpResponse:
    """A view with all attributes of a public view."""
    return HttpResponse("its own")


def logs_out(request: HttpRequest) -> HttpResponse:
    """Sign the user out and redirect to the login page, as Django's LogoutView does."""
    logout(request)
    return HttpResponseRedirect("/accounts/login/")


async def entra_alone(request: EntraRequest) -> JsonResponse:
    """Read only the identity, in the event loop."""
    return JsonResponse({"entra": request.entra.username if request.entra else None})


def who(request: EntraRequest, user: object) -> JsonResponse:
    """Return the caller by ``user``, ``auser()`` and ``entra``."""
    return JsonResponse(
        {
            "user": request.user.get_username(),
            "auser": getattr(user, "username", ""),
            "entra": request.entra.username if request.entra else None,
        }
    )


async def whoami(request: EntraRequest) -> JsonResponse:
    return who(request, await request.auser())


def signs_out(request: EntraRequest) -> None:
    logout(request)


def signs_in_barbara(request: EntraRequest) -> None:
    login(request, User.objects.get(username="barbara"), backend=MODEL_BACKEND)


def signs_in_the_same(request: EntraRequest) -> None:
    login(request, User.objects.get(username="ada@contoso.example"), backend=MODEL_BACKEND)


def acts_as_barbara(request: EntraRequest) -> None:
    request.user = User.objects.get(username="barbara")


def acts_as_barbara_later(request: EntraRequest) -> None:
    later: Any = SimpleLazyObject(lambda: User.objects.get(username="barbara"))
    request.user = later


def wraps_the_user(request: EntraRequest) -> None:
    """Wrap the same user in another lazy object, as django-otp does."""
    user = request.user
    wrapped: Any = SimpleLazyObject(lambda: user)
    request.user = wrapped


def drops_entra(request: EntraRequest) -> None:
    request.entra = None


async def signs_out_async(request: EntraRequest) -> None:
    await alogout(request)


async def signs_in_barbara_async(request: EntraRequest) -> None:
    await alogin(request, await User.objects.aget(username="barbara"), backend=MODEL_BACKEND)


Change = Callable[[EntraRequest], None]
CHANGES = (
    signs_out,
    signs_in_barbara,
    signs_in_the_same,
    acts_as_barbara,
    acts_as_barbara_later,
    wraps_the_user,
    drops_entra,
)


def after(change: Change) -> Callable[[EntraRequest], JsonResponse]:
    def view(request: EntraRequest) -> JsonResponse:
        change(request)
        return who(request, request.user)

    return view


def after_async(change: Callable[[EntraRequest], Awaitable[None]]) -> Callable[[EntraRequest], Any]:
    async def view(request: EntraRequest) -> JsonResponse:
        await change(request)
        return who(request, await request.auser())

    return view


@strawberry.type
class Query:
    @strawberry.field(permission_classes=[IsSignedIn])
    def name(self, info: strawberry.Info) -> str:
        return str(info.context.request.user.username)

    @strawberry.field(permission_classes=[IsSignedIn])
    async def aname(self, info: strawberry.Info) -> str:
        return str(info.context.request.user.username)

    @strawberry.field(extensions=[PermissionExtension([IsSignedIn()], fail_silently=True)])
    def names(self) -> list[str]:
        return ["ada"]

    @strawberry.field(permission_classes=[HasScope("log.read")])
    def scope(self) -> str | None:
        return "yes"

    @strawberry.field(permission_classes=[HasAppRole("Writer", "Admin")])
    async def app_role(self) -> str | None:
        return "yes"


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=[IsSignedIn])
    async def names(self) -> AsyncIterator[str]:
        yield "ada"


STREAMS = [MULTIPART_SUBSCRIPTION_PROTOCOL]
schema = strawberry.Schema(Query, subscription=Subscription)

async_graphql: Any = AsyncGraphQLView.as_view(schema=schema, subscription_protocols=STREAMS)


async def wrapped_graphql(request: HttpRequest) -> Any:
    """Strawberry's view behind a decorator that keeps none of its attributes."""
    return await async_graphql(request)


async def own_graphql(request: HttpRequest) -> JsonResponse:
    """A view of the project that executes the schema itself."""
    context = StrawberryDjangoContext(request=request, response=HttpResponse())
    result = await schema.execute(json.loads(request.body)["query"], context_value=context)
    if result.errors:
        return JsonResponse({"errors": [error.formatted for error in result.errors]})
    return JsonResponse({"data": result.data})


urlpatterns = [
    path("logs-out/", logs_out),
    path("looks-public/", looks_public),
    path("entra-alone/", entra_alone),
    path("signed-in/", signed_in),
    path("scope/", scope),
    path("app-role/", app_role),
    path("async/signed-in/", signed_in_async),
    path("async/scope/", ascope),
    path("async/app-role/", aapp_role),
    path("broken/", broken),
    path("another-token/", verifies_another_token),
    path("public/", public),
    path("moved/", moved),
    path("whoami/", whoami),
    *(path(f"{change.__name__}/", after(change)) for change in CHANGES),
    path("signs_out_async/", after_async(signs_out_async)),
    path("signs_in_barbara_async/", after_async(signs_in_barbara_async)),
    path("graphql/", csrf_exempt(GraphQLView.as_view(schema=schema))),
    path("async/graphql/", csrf_exempt(async_graphql)),
    path("async/wrapped-graphql/", csrf_exempt(wrapped_graphql)),
    path("async/own-graphql/", csrf_exempt(own_graphql)),
    path("entrance/", include("django_entrance.urls")),
]
