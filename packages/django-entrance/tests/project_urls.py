"""Views of the tests' project: sync, async, closed, and one that writes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django_entrance.middleware import EntraRequest


class EchoResponse(JsonResponse):
    """A response that echoes the request with its headers."""

    echoes = True


def whoami(request: EntraRequest) -> EchoResponse:
    return EchoResponse(describe(request, request.user))


async def awhoami(request: EntraRequest) -> EchoResponse:
    return EchoResponse(describe(request, await request.auser()))


def describe(request: EntraRequest, user: object) -> dict[str, object]:
    return {
        "username": getattr(user, "username", ""),
        "object_id": request.entra.object_id if request.entra else None,
        "header": request.META.get("HTTP_AUTHORIZATION"),
    }


def careless(request: HttpRequest) -> HttpResponse:
    """A view that shows a secret."""
    return HttpResponse(f"You sent {request.META['HTTP_AUTHORIZATION']}")


def authorities_here(request: HttpRequest) -> list[str]:
    """A function for ``AUTHORITIES_HERE``: accept the authority that the query names."""
    return request.GET.getlist("authority")


def authorities_of_host(request: HttpRequest) -> list[str]:
    """A function for ``AUTHORITIES_HERE``: accept the authority that the host names."""
    return [request.get_host().partition(".")[0]]


urlpatterns = [
    path("", whoami),
    path("async/", awhoami),
    path("closed/", login_required(whoami)),
    path("async/closed/", login_required(awhoami)),
    path("careless/", careless),
    path("entrance/", include("django_entrance.urls")),
]
