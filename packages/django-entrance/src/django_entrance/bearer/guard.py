"""Guards views: asks for a permission first, and answers a refusal as a person or a program expects it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth.decorators import user_passes_test
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views import View as ClassBasedView

from django_entrance.bearer.login_page import asks_for_a_page
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.bearer.refusals import headers_of, refuse
from django_entrance.verification.errors import (
    AccessRefused,
    AppRoleMissing,
    AuthenticationContextMissing,
    CallUnanswered,
    ConsentMissing,
    InteractionRequired,
    LoginWithoutAppRoles,
    LoginWithoutAuthenticationContext,
    LoginWithoutScopes,
    LoginWithoutToken,
    NotSignedIn,
    OnBehalfRefused,
    Refused,
    ScopeMissing,
    SessionWithoutAppRoles,
    TokenMissing,
)

OF_LOGINS = (LoginWithoutAppRoles, LoginWithoutAuthenticationContext, LoginWithoutScopes, LoginWithoutToken)
"""Refusals of another login: signing in with Microsoft helps."""

OF_CALLS = (CallUnanswered, ConsentMissing, InteractionRequired, OnBehalfRefused, TokenMissing)
"""Refusals of a call to another API."""

SHOWN_TO_PEOPLE = (AppRoleMissing, AuthenticationContextMissing, ScopeMissing, *OF_CALLS)
"""What a view refuses by itself, and a page can say."""

View = TypeVar("View", bound=Callable[..., Any])
Require = Callable[[HttpRequest], None]
Lead = Callable[[HttpRequest, AccessRefused], HttpResponse | None]


def lead_nowhere(request: HttpRequest, refusal: AccessRefused) -> None:
    return None


def guard(require: Require, lead: Lead = lead_nowhere) -> Callable[[View], View]:
    """Return a decorator for sync and async views that calls ``require`` before the view.

    ``lead`` may answer a person who can get what is missing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = await sync_to_async(answer_refused)(request, require, lead)
            return await view(request, *args, **kwargs) if answer is None else answer

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = answer_refused(request, require, lead)
            return view(request, *args, **kwargs) if answer is None else answer

        return cast(View, guarded_async if is_async(view) else guarded)

    return decorate


def is_async(view: Any) -> bool:
    """Return whether a view is awaited. ``dispatch`` of an async class is a sync function that returns a coroutine."""
    while view is not None and not iscoroutinefunction(view):
        owner = getattr(getattr(view, "func", view), "__self__", None)  # method_decorator makes a partial of the method
        if isinstance(owner, ClassBasedView):
            return owner.view_is_async
        view = getattr(view, "__wrapped__", None)
    return view is not None


def answer_refused(request: HttpRequest, require: Require, lead: Lead) -> HttpResponseBase | None:
    """Return the response to a request that is refused, or None if it is allowed.

    A person gets the login page or a page that says what is missing, a program a problem document.
    """
    try:
        require(request)
    except AccessRefused as refusal:
        if not wants_page(request):
            return refuse(request, refusal)
        if isinstance(refusal, NotSignedIn):
            return to_login_page(request)
        return lead(request, refusal) or refusal_page(request, refusal)
    return None


def wants_page(request: HttpRequest) -> bool:
    """Return whether a person sees the response. A token is sent by a program, unless it says that it wants HTML."""
    is_silent = "Accept" not in request.headers and "Sec-Fetch-Mode" not in request.headers
    return asks_for_a_page(request) and not (is_silent and "Authorization" in request.headers)


def never(user: object) -> bool:
    return False


@user_passes_test(never)
def to_login_page(request: HttpRequest) -> HttpResponse:
    """Redirect to ``LOGIN_URL``, as Django's ``login_required`` does."""
    raise AssertionError("the test never passes")  # pragma: no cover


def page_for_person(request: HttpRequest, refusal: Refused) -> HttpResponse | None:
    """Return the page for a person that a view refuses halfway; None for refusals that no page can say."""
    return refusal_page(request, refusal) if isinstance(refusal, SHOWN_TO_PEOPLE) else None


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return a page that says what is missing, and the remedy."""
    log_refusal(request, refusal)
    shown = {
        "request": request,
        "refusal": refusal,
        "user": request.user,
        "home": get_script_prefix(),
        "is_login": isinstance(refusal, OF_LOGINS),
        "is_session": isinstance(refusal, SessionWithoutAppRoles),
    }
    response = render(request, "django_entrance/forbidden.html", shown, status=refusal.status)
    kept_safe = {"X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    for name, value in (headers_of(request, refusal) | kept_safe).items():
        response[name] = value
    return response
