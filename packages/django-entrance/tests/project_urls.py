"""The views that the tests knock at: sync, async, closed, and one that writes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django_entrance.middleware import EntraRequest


def whoami(request: EntraRequest) -> JsonResponse:
    return JsonResponse(describe(request, request.user))


async def awhoami(request: EntraRequest) -> JsonResponse:
    return JsonResponse(describe(request, await request.auser()))


def describe(request: EntraRequest, user: object) -> dict[str, object]:
    return {
        "username": getattr(user, "username", ""),
        "object_id": request.entra.object_id if request.entra else None,
        "header": request.META.get("HTTP_AUTHORIZATION"),
    }


def authorities_here(request: HttpRequest) -> list[str]:
    """As ``AUTHORITIES_HERE`` names it: which authorities may enter through a request."""
    return request.GET.getlist("authority")


urlpatterns = [
    path("", whoami),
    path("async/", awhoami),
    path("closed/", login_required(whoami)),
    path("async/closed/", login_required(awhoami)),
    path("entrance/", include("django_entrance.urls")),
]
