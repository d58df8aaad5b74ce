"""Says once, on the account page, what the user has just done there. The session keeps it until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest

from django_entrance.frontend.confirming import is_from_session

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

KEY = "_entrance_notice"

Notice = Literal["connected", "disconnected"]


def keep_notice(request: HttpRequest, user: User, notice: Notice) -> None:
    """Keep a notice for the next page. The user of a token has no session, and gets none for it."""
    if is_from_session(request, user):
        request.session[KEY] = notice


def take_notice(request: HttpRequest, user: User) -> str:
    return str(request.session.pop(KEY, "")) if is_from_session(request, user) else ""
