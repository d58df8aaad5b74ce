"""Marks views that answer every caller, even one with a refused token, so that a front end can recover."""

from collections.abc import Callable, Container
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])

REFUSED_TOKEN = "_entrance_refused_token"
"""Where a request to a public view keeps the refusal of its token."""

PUBLIC_VIEWS: set[Callable[..., Any]] = set()
"""The views themselves: ``functools.wraps`` would copy an attribute to views that are not public."""
STARTS_SESSIONS: set[Callable[..., Any]] = set()
"""The views that start a session with the token of a POST, and tell ``signed_in`` themselves."""


def public(view: View) -> View:
    """Mark a view as public, under ``LoginRequiredMiddleware``, too."""
    PUBLIC_VIEWS.add(view)
    return login_not_required(view)


def starts_sessions(view: View) -> View:
    """Mark a view that starts a session with the token of a POST."""
    STARTS_SESSIONS.add(view)
    return view


def leads_to(views: Container[Callable[..., Any] | None], request: HttpRequest) -> bool:
    """Return whether the request's path leads to one of the views."""
    return view_of(request) in views


def view_of(request: HttpRequest) -> Callable[..., Any] | None:
    """Return the view that the request's path leads to, or None."""
    try:
        view: Callable[..., Any] = resolve(request.path_info, getattr(request, "urlconf", None)).func
    except Resolver404:
        return None
    return view
