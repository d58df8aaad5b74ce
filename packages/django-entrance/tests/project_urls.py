"""The views that the tests knock at: sync, async, closed, and one that writes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import include, path


def whoami(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe(request, request.user))


async def awhoami(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe(request, await request.auser()))


def describe(request: HttpRequest, user: object) -> dict[str, object]:
    return {
        "username": getattr(user, "username", ""),
        "object_id": request.entra.object_id if request.entra else None,
        "header": request.META.get("HTTP_AUTHORIZATION"),
    }


urlpatterns = [
    path("", whoami),
    path("async/", awhoami),
    path("closed/", login_required(whoami)),
    path("async/closed/", login_required(awhoami)),
    path("entrance/", include("django_entrance.urls")),
]
