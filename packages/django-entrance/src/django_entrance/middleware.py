"""Puts user and identity on the request; the only place where a bad token is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.functional import LazyObject

from django_entrance.bearer.authentication import authenticate_bearer
from django_entrance.bearer.login_page import find_login_required, sends_program_to_login_page
from django_entrance.bearer.refusals import refuse
from django_entrance.bearer.request import BearerRequest, attach_user, read_user
from django_entrance.entra.authorities import load_authorities
from django_entrance.frontend.account import ANSWERED_BY_MIDDLEWARE, REFUSAL, TAKES_UNLINKED
from django_entrance.frontend.views import ANSWER_EVERYBODY
from django_entrance.permissions import EVENT_LOOP_VIEWS
from django_entrance.verification.errors import AccessRefused, NotSignedIn, ProvisioningRefused, Refused
from django_entrance.verification.identity import Identity

CAME_AS = "_entrance_came_as"
"""Where a request keeps the user that its view was asked with."""


class EntraRequest(HttpRequest):
    """A request behind the middleware, for annotations: ``entra`` is who called with an Entra token, if anybody did."""

    entra: Identity | None
    _dont_enforce_csrf_checks: bool


class EntraMiddleware:
    """Lets in the bearer tokens of the configured authorities; every other request passes untouched.

    Goes directly after ``AuthenticationMiddleware``, before all that reads ``request.user``. Works under WSGI and ASGI.
    A refusal of ``permissions`` that a view lets through becomes the answer that a bad token gets.

    Raises:
        ImproperlyConfigured: the site starts, and ``ENTRANCE`` has a fault.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        load_authorities()
        self.get_response = get_response
        self.login_required = find_login_required()
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)
            self.process_view = self.aprocess_view  # type: ignore[method-assign]  # Django asks the one it finds

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self.__acall__(request)
        refusal = admit(cast(EntraRequest, request))
        if refusal is not None:
            return refusal
        response = cast(HttpResponseBase, self.get_response(request))
        if response.status_code == 302:
            response = self.redirected(request, response)
        return vary(response)

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = await sync_to_async(admit)(cast(EntraRequest, request))
        if refusal is not None:
            return refusal
        response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        if response.status_code == 302:
            response = await sync_to_async(self.redirected)(request, response)
        return vary(response)

    def redirected(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return a redirect, or 401 where a program without a token would be sent to a page to log in."""
        guard = self.login_required
        if guard is None or came_signed_in(request) or not sends_program_to_login_page(guard, request, response):
            return response
        return refuse(request, NotSignedIn())

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> Any:
        """Keep the user that the view is asked with; read a lazy one that it will ask for in its event loop."""
        request.__dict__[CAME_AS] = request.user
        if will_ask_in_event_loop(request, view):
            read_user(request)

    async def aprocess_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> None:
        """Do what ``process_view`` does, in a thread."""
        request.__dict__[CAME_AS] = request.user
        if will_ask_in_event_loop(request, view):
            await sync_to_async(read_user)(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what ``permissions`` refuses; a refused token that a view itself looked at is that view's affair."""
        if isinstance(exception, AccessRefused) and exception.caller is None:
            return refuse(request, exception)
        if isinstance(exception, Refused) and is_one_of(ANSWERED_BY_MIDDLEWARE, request):
            return refuse(request, exception.with_traceback(None))
        return None


def will_ask_in_event_loop(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Tell whether a view may ask who calls where no database may be read, and another middleware left that to it."""
    if not isinstance(request.user, LazyObject):
        return False
    kind = getattr(view, "view_class", None)
    is_asking = kind is not None and issubclass(kind, tuple(EVENT_LOOP_VIEWS))
    return is_asking or (isinstance(request, BearerRequest) and iscoroutinefunction(view))


def admit(request: EntraRequest) -> HttpResponse | None:
    """Attach the user that the bearer token lets in; return a response when it is refused.

    A refusal is answered without its traceback and after its handler: should that fail, no error page has the frames
    in which the token stood.
    """
    request.entra = None
    try:
        entry = authenticate_bearer(request, adds_people=lambda: not is_one_of(TAKES_UNLINKED, request))
    except Refused as refused:
        refusal = refused.with_traceback(None)
    else:
        if entry is not None:
            attach_user(request, entry.user, entry.identity)
        return None
    if isinstance(refusal, ProvisioningRefused) and is_one_of(TAKES_UNLINKED, request):
        request.__dict__[REFUSAL] = refusal
    elif not is_one_of(ANSWER_EVERYBODY, request):
        return refuse(request, refusal)
    forget_bearer(request)
    return None


def came_signed_in(request: HttpRequest) -> bool:
    """Tell whether a user was signed in before the view, through whichever login; the view may have ended that.

    A request that no view was asked for has none: a guard before this middleware answered it.
    """
    user = request.__dict__.get(CAME_AS)
    return user is not None and user.is_authenticated


def is_one_of(views: Container[Callable[..., Any]], request: HttpRequest) -> bool:
    """Tell whether the request is for one of the views that are marked so."""
    try:
        match = resolve(request.path_info, getattr(request, "urlconf", None))
    except Resolver404:
        return False
    return match.func in views


def forget_bearer(request: HttpRequest) -> None:
    """Let the request go on as if no token had come: another login would refuse it once more."""
    del request.META["HTTP_AUTHORIZATION"]
    request.__dict__.pop("headers", None)


def vary(response: HttpResponseBase) -> HttpResponseBase:
    """Keep caches from giving one caller's answer to another (RFC 9110 section 12.5.5); nobody is a caller, too."""
    patch_vary_headers(response, ["Authorization"])
    return response
