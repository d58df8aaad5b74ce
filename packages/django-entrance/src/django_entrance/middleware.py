"""Attaches user and identity to each request, and answers tokens that are refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from django_entrance.bearer.authentication import authenticate_bearer, remove_bearer
from django_entrance.bearer.guard import page_for_person
from django_entrance.bearer.login_page import (
    find_login_required,
    keep_first_user,
    sends_program_to_login_page,
    was_signed_in,
)
from django_entrance.bearer.middleware_order import refuse_wrong_order
from django_entrance.bearer.refusals import refuse
from django_entrance.entra.authorities import load_authorities
from django_entrance.entra.reachable import is_reachable
from django_entrance.frontend.account import ANSWERED_BY_MIDDLEWARE, REFUSAL, TAKES_UNLINKED
from django_entrance.frontend.public import PUBLIC_VIEWS, REFUSED_TOKEN, STARTS_SESSIONS, leads_to
from django_entrance.frontend.sign_out_views import leads_to_sign_out
from django_entrance.identified_request import SESSION_USER, Authenticated, attach_user, load_user, needs_loaded_user
from django_entrance.sessions.authentication import authenticate_session
from django_entrance.sessions.late_answers import leave_cookies, would_delete_cookie
from django_entrance.sessions.next_pages import page_of_form
from django_entrance.sessions.pages import show_not_saved
from django_entrance.sessions.recheck import ask_again, is_navigation, is_page_navigation, is_sent_form, sign_in_address
from django_entrance.sessions.signed_out import keep_signed_out
from django_entrance.sessions.step_up import lead_to_proof
from django_entrance.verification.errors import (
    AccessRefused,
    CallUnanswered,
    NotSignedIn,
    ProvisioningRefused,
    Refused,
    SessionStale,
)
from django_entrance.verification.identity import Identity


class EntraRequest(HttpRequest):
    """A request behind the middleware, for annotations: ``entra`` is the identity of its token or session, or None."""

    entra: Identity | None
    _dont_enforce_csrf_checks: bool


class EntraMiddleware:
    """Authenticates requests with a bearer token of a configured authority; all others pass unchanged.

    Place it directly after ``AuthenticationMiddleware``, before all that reads ``request.user``. It works under WSGI
    and ASGI. An unhandled refusal of ``permissions`` gets the same answer as a bad token, or a page if a person
    sees it.

    Raises:
        ImproperlyConfigured: when the site starts, if ``ENTRANCE`` or the place in ``MIDDLEWARE`` is wrong.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        load_authorities()
        refuse_wrong_order(EntraMiddleware)
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
            response = self.replace_redirect(request, response)
        if would_delete_cookie(request):
            leave_cookies(request)
        return finish(request, response)

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = await sync_to_async(admit)(cast(EntraRequest, request))
        if refusal is not None:
            return refusal
        response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        if response.status_code == 302:
            response = await sync_to_async(self.replace_redirect)(request, response)
        if would_delete_cookie(request):
            await sync_to_async(leave_cookies)(request)
        return finish(request, response)

    def replace_redirect(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return a redirect, or 401 where it would send a program without a token to the login page."""
        guard = self.login_required
        if guard is None or was_signed_in(request) or not sends_program_to_login_page(guard, request, response):
            return response
        return refuse(request, NotSignedIn())

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> Any:
        """Keep the user that the view gets. Load a lazy one before an async view, which may not query for it."""
        keep_first_user(request)
        if needs_loaded_user(request, view):
            load_user(request)

    async def aprocess_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> None:
        """Do what ``process_view`` does, in a thread."""
        keep_first_user(request)
        if needs_loaded_user(request, view):
            await sync_to_async(load_user)(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal of ``permissions`` or ``on_behalf_of``; a page with a session to confirm leads to Entra.

        A refused token that a view itself verified is left to that view.
        """
        identity: Identity | None = getattr(request, "entra", None)
        is_page = isinstance(exception, SessionStale) and is_page_navigation(request)
        if is_page and identity is not None and sign_in_address(identity):
            return ask_again(request, identity)
        if isinstance(exception, AccessRefused | CallUnanswered) and exception.caller is None:
            page = lead_to_proof(request, exception)
            if page is None and is_navigation(request):
                page = page_for_person(request, exception)
            return page or refuse(request, exception)
        if isinstance(exception, Refused) and leads_to(ANSWERED_BY_MIDDLEWARE, request):
            return refuse(request, exception.with_traceback(None))
        return None


def admit(request: EntraRequest) -> HttpResponse | None:
    """Attach the user of the bearer token; return a response if the token is refused.

    The response is made without the traceback and outside the handler, so that no error page shows frames that hold
    the token if making it fails.
    """
    request.entra = None
    request.__dict__[SESSION_USER] = getattr(request, "user", None)
    try:
        authenticated = authenticate_bearer(
            request,
            adds_people=lambda: not leads_to(TAKES_UNLINKED, request),
            starts_session=lambda: request.method == "POST" and leads_to(STARTS_SESSIONS, request),
        )
    except Refused as refused:
        refusal = refused.with_traceback(None)
    else:
        if authenticated is None:
            return admit_session(request)
        attach_user(request, authenticated.user, authenticated.identity)
        return None
    if isinstance(refusal, ProvisioningRefused) and leads_to(TAKES_UNLINKED, request):
        request.__dict__[REFUSAL] = refusal
        remove_bearer(request)
        return None
    if not leads_to(PUBLIC_VIEWS, request):
        return refuse(request, refusal)
    request.__dict__[REFUSED_TOKEN] = refusal
    remove_bearer(request)
    return admit_session(request)


def admit_session(request: EntraRequest) -> HttpResponse | None:
    """Attach the user of a session of Entra's; return a response if Entra must be asked again first.

    A page is led there; other requests are refused, unless Entra is down: then the session lives on. Views of
    sign-in, and those that only end the session, serve it as it is.
    """
    try:
        authenticated = authenticate_session(request)
    except SessionStale as stale:
        authenticated = cast(Authenticated, stale.authenticated)
        if not leads_to(PUBLIC_VIEWS, request) and not leads_to_sign_out(request):
            if is_page_navigation(request):
                return ask_again(request, authenticated.identity)
            if is_reachable(authenticated.identity.authority):
                return refuse_stale(request, stale.with_traceback(None), authenticated.identity)
    if authenticated is not None:
        attach_user(request, authenticated.user, authenticated.identity)
    return None


def refuse_stale(request: HttpRequest, stale: SessionStale, identity: Identity) -> HttpResponse:
    """Refuse what cannot lead to Entra and back, such as a form that a person sent: with a page, or for a program."""
    if is_sent_form(request):
        return show_not_saved(request, stale, form_page=page_of_form(request), sign_in=sign_in_address(identity))
    return refuse(request, stale)


def finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    keep_signed_out(request, response)
    return vary(request, response)


def vary(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Keep caches from giving one caller's answer to another, signed in or not (RFC 9110 section 12.5.5).

    The response to a token names the cookie, too: Django's cache keeps only the names of the last response, so those of
    a token and of a session have to be the same.
    """
    names = ["Authorization", "Cookie"] if "HTTP_AUTHORIZATION" in request.META else ["Authorization"]
    patch_vary_headers(response, names)
    return response
