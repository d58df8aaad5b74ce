"""Middlewares like those of projects, which read, change or require the user."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.contrib.auth.middleware import LoginRequiredMiddleware, RemoteUserMiddleware
from django.contrib.auth.models import User
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject
from django_entrance.middleware import EntraMiddleware

Next = Callable[[HttpRequest], HttpResponse]


def stop_suspended(get_response: Next) -> Next:
    """Refuse members of the group "suspended"."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.groups.filter(name="suspended").exists():
            return HttpResponse("suspended", status=403)
        return get_response(request)

    return middleware


def note_actor(get_response: Next) -> Next:
    """Put the user into a response header, as an audit log would."""

    def middleware(request: HttpRequest) -> HttpResponse:
        actor = request.user.get_username()
        response = get_response(request)
        response["X-Actor"] = actor
        return response

    return middleware


def act_as_barbara(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        if "X-Act-As" in request.headers:
            request.user = User.objects.get(username="barbara")
        return get_response(request)

    return middleware


def drop_identity(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.entra = None  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


class OwnLoginRequired(LoginRequiredMiddleware):
    """A subclass that exempts some paths and has its own login page."""

    def process_view(self, request: HttpRequest, view_func: Any, *rest: Any) -> HttpResponseBase | None:
        return None if request.path.startswith("/whoami/") else super().process_view(request, view_func, *rest)

    def get_login_url(self, view_func: Any) -> str:
        return "/log-in-here/"


class NotUsed(LoginRequiredMiddleware):
    def __init__(self, get_response: Next) -> None:
        raise MiddlewareNotUsed()


class HeaderUser(RemoteUserMiddleware):
    header = "X_USER"


class OwnEntra(EntraMiddleware):
    """A subclass of the middleware."""


def refuse_other_bearers(get_response: Next) -> Next:
    """Refuse every bearer token that EntraMiddleware left, as the login of another issuer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "Authorization" in request.headers and getattr(request, "entra", None) is None:
            return HttpResponse("unknown token", status=418)
        return get_response(request)

    return middleware


def read_headers(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        assert request.headers is not None
        return get_response(request)

    return middleware


def move_away(get_response: Next) -> Next:
    return lambda request: HttpResponseRedirect("/accounts/login/")


class MoveInView:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse:
        return HttpResponseRedirect("/thanks/")


@sync_and_async_middleware
def urlconf_of_header(get_response: Any) -> Any:
    """Give a request the URLconf that its header names, as a site with several hosts does."""

    def choose(request: Any) -> Any:
        request.urlconf = request.headers.get("X-Urlconf")
        return request

    if iscoroutinefunction(get_response):

        async def amiddleware(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = await get_response(choose(request))
            return response

        return amiddleware
    return lambda request: get_response(choose(request))


@sync_and_async_middleware
def act_as_barbara_later(get_response: Any) -> Any:
    def change(request: HttpRequest) -> HttpRequest:
        later: Any = SimpleLazyObject(lambda: User.objects.get(username="barbara"))
        request.user = later
        return request

    if iscoroutinefunction(get_response):

        async def amiddleware(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = await get_response(change(request))
            return response

        return amiddleware
    return lambda request: get_response(change(request))
