"""Operations of Django Ninja, sync and async, with problem documents and in Ninja's own shape."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django_entrance.contrib.ninja import AsyncEntraAuth, EntraAuth, answer_refusals
from django_entrance.permissions import require_app_role
from ninja import NinjaAPI
from ninja.security import HttpBearer, django_auth


class KeyAuth(HttpBearer):
    """Another login that reads the same header."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return "key" if token == "a-key-of-the-project" else None


REQUIREMENTS: dict[str, dict[str, Any]] = {
    "any": {},
    "scope": {"scope": "log.read"},
    "app-role": {"app_roles": ["Writer", "Admin"]},
    "context": {"authentication_context": "delete"},
    "all": {"scope": "log.read", "app_roles": ["Admin"], "authentication_context": "delete"},
}


def who(request: HttpRequest) -> dict[str, str]:
    auth = request.auth  # type: ignore[attr-defined]  # Ninja sets it
    if isinstance(auth, str):
        return {"user": auth, "door": ""}
    return {"user": request.user.get_username(), "door": getattr(auth, "door", "")}


async def awho(request: HttpRequest) -> dict[str, str]:
    return who(request)


def inside(request: HttpRequest) -> dict[str, str]:
    require_app_role(request, "Writer")
    return who(request)


def exempt(request: HttpRequest) -> dict[str, str]:
    return who(request)


def make_api(name: str) -> NinjaAPI:
    api = NinjaAPI(urls_namespace=f"tests-{name}", docs_url=None)
    for method in ("GET", "POST"):
        for place, requirement in REQUIREMENTS.items():
            sync, asynchronous = EntraAuth(**requirement), AsyncEntraAuth(**requirement)
            add(api, method, place, who, sync)
            add(api, method, f"a{place}", awho, asynchronous)
            add(api, method, f"mixed-{place}", awho, sync)
            add(api, method, f"several-{place}", awho, [asynchronous, KeyAuth(), django_auth])
        add(api, method, "exempt", csrf_exempt(exempt), EntraAuth())
    add(api, "GET", "inside", inside, EntraAuth())
    return api


def add(api: NinjaAPI, method: str, place: str, view: Callable[..., Any], auth: Any) -> None:
    api.api_operation([method], f"/{place}", operation_id=f"{method}-{place}", auth=auth)(view)


own_shape, problems = make_api("own"), make_api("problems")
answer_refusals(problems)
urlpatterns = [
    path("own/", own_shape.urls),
    path("problems/", problems.urls),
    path("entrance/", include("django_entrance.urls")),
]
