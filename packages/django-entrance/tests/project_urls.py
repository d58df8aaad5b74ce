"""The views that the tests knock at: sync, async, closed, and one that writes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django_entrance.middleware import EntraRequest


class EchoResponse(JsonResponse):
    """Says what came, the header included."""

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
    """Answers with what nobody should be told."""
    return HttpResponse(f"You sent {request.META['HTTP_AUTHORIZATION']}")


def authorities_here(request: HttpRequest) -> list[str]:
    """As ``AUTHORITIES_HERE`` names it: which authorities may enter through a request."""
    return request.GET.getlist("authority")


def authorities_of_host(request: HttpRequest) -> list[str]:
    """Let each authority in by the host of its own name."""
    return [request.get_host().partition(".")[0]]


urlpatterns = [
    path("", whoami),
    path("async/", awhoami),
    path("closed/", login_required(whoami)),
    path("async/closed/", login_required(awhoami)),
    path("careless/", careless),
    path("entrance/", include("django_entrance.urls")),
]
