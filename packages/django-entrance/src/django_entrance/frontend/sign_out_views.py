"""Finds the views that only end the session, Django's and other packages', and marks those of the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.http import HttpRequest

from django_entrance.frontend.public import view_of

View = TypeVar("View", bound=Callable[..., Any])

MARK = "ends_session"

LOGOUT_VIEWS = frozenset(
    {"django.contrib.auth.views.LogoutView", "allauth.account.views.LogoutView", "dj_rest_auth.views.LogoutView"}
)
"""Class-based views, with their subclasses. By name: importing Django's asks for the user model."""


def ends_session(view: View) -> View:
    """Mark a view that only ends the session, so that it is served however long ago Entra was asked: ``@ends_session``.

    Django's ``LogoutView``, the admin's *Log out* and allauth's are known without it.
    """
    setattr(view, MARK, True)
    return view


def leads_to_sign_out(request: HttpRequest) -> bool:
    """Return whether the request's path leads to a view that only ends the session, through whichever decorators."""
    return any(is_sign_out(each) for each in layers_of(view_of(request)))


def layers_of(view: Any) -> Iterator[Any]:
    """Yield a view and what its decorators wrap."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def is_sign_out(view: Any) -> bool:
    return getattr(view, MARK, False) is True or is_sign_out_class(view) or is_of_admin(view)


def is_sign_out_class(view: Any) -> bool:
    return any(path_of(each) in LOGOUT_VIEWS for each in getattr(getattr(view, "view_class", None), "__mro__", ()))


def path_of(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def is_of_admin(view: Any) -> bool:
    """Return whether the view is ``logout`` of an admin site, which its URLs wrap."""
    site = getattr(view, "admin_site", None)
    return site is not None and getattr(view, "__wrapped__", None) == site.logout
