"""Views behind decorators and mixins, sync and async, for tests of whole requests."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views import View
from django_entrance.decorators import app_role_required, scope_required, signed_in_required
from django_entrance.mixins import AppRoleRequiredMixin, ScopeRequiredMixin, SignedInRequiredMixin
from django_entrance.permissions import arequire_app_role, require_app_role

GUARDS: dict[str, Any] = {
    "signed-in": signed_in_required,
    "signed-in-called": signed_in_required(),
    "scope": scope_required("log.read"),
    "app-role": app_role_required("Writer", "Admin"),
}
MIXINS: dict[str, tuple[type[View], dict[str, Any]]] = {
    "signed-in": (SignedInRequiredMixin, {}),
    "scope": (ScopeRequiredMixin, {"scope": "log.read"}),
    "app-role": (AppRoleRequiredMixin, {"app_roles": ("Writer", "Admin")}),
}


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("let in")


async def aview(request: HttpRequest) -> HttpResponse:
    return HttpResponse("let in")


class SyncView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("let in")

    post = get


class AsyncView(View):
    async def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("let in")

    post = get


class Raises(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        require_app_role(request, "Admin")
        return HttpResponse("let in")


class AsyncRaises(View):
    async def get(self, request: HttpRequest) -> HttpResponse:
        await arequire_app_role(request, "Admin")
        return HttpResponse("let in")


def raises_late(request: HttpRequest) -> TemplateResponse:
    """A view that asks while its template is rendered."""
    return TemplateResponse(
        request, engines["django"].from_string("{{ ask }}"), {"ask": lambda: require_app_role(request, "Admin")}
    )


class Several(SignedInRequiredMixin, ScopeRequiredMixin, AppRoleRequiredMixin, SyncView):
    scope = "log.read"
    app_roles = "Admin"


class Nothing(AppRoleRequiredMixin, SyncView):
    """A class that forgets to name an app role."""


def on_dispatch(guard: Any, base: type[View]) -> Any:
    kind: Any = type("OnDispatch", (base,), {})
    return method_decorator(guard, name="dispatch")(kind).as_view()


def on_method(guard: Any, base: type[View]) -> Any:
    kind: Any = base
    made: Any = type("OnMethod", (base,), {"get": method_decorator(guard)(kind.get)})
    return made.as_view()


def mixed(name: str, base: type[View]) -> Any:
    mixin, attributes = MIXINS[name]
    kind: Any = type("Mixed", (mixin, base), attributes)
    return kind.as_view()


FORMS: dict[str, Any] = {
    "view": (lambda guard: guard(view)),
    "aview": (lambda guard: guard(aview)),
    "as-view": (lambda guard: guard(SyncView.as_view())),
    "as-aview": (lambda guard: guard(AsyncView.as_view())),
    "dispatch": (lambda guard: on_dispatch(guard, SyncView)),
    "adispatch": (lambda guard: on_dispatch(guard, AsyncView)),
    "method": (lambda guard: on_method(guard, SyncView)),
    "amethod": (lambda guard: on_method(guard, AsyncView)),
}

urlpatterns = [
    *(path(f"{form}/{name}/", make(guard)) for form, make in FORMS.items() for name, guard in GUARDS.items()),
    *(path(f"mixin/{name}/", mixed(name, SyncView)) for name in MIXINS),
    *(path(f"amixin/{name}/", mixed(name, AsyncView)) for name in MIXINS),
    path("several/", Several.as_view()),
    path("nothing/", Nothing.as_view()),
    path("raises/", Raises.as_view()),
    path("araises/", AsyncRaises.as_view()),
    path("raises-late/", raises_late),
    path("entrance/", include("django_entrance.urls")),
]
