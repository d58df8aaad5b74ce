"""Tells whether the caller has just proved to be the user: by a fresh session, or by the password in the request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY, authenticate
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from django_entrance.accounts.adopting import is_staff
from django_entrance.accounts.ways_in import has_password
from django_entrance.verification.errors import NoPasswordToConfirm, PasswordNeeded, PasswordWrong, SignInNeeded

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

STAMP = "_entrance_logged_in_at"
FRESH = 300
"""Seconds after a login in which its session needs no password."""


def stamp_session(*, request: HttpRequest | None, **_: Any) -> None:
    """Write into the session when the user logged in, through whichever login."""
    session = getattr(request, "session", None)
    if session is not None:
        session[STAMP] = int(time.time())


def is_from_session(request: HttpRequest, user: User) -> bool:
    """Return whether the request's Django session has this user."""
    session = getattr(request, "session", None)
    return session is not None and session.get(SESSION_KEY) == user._meta.pk.value_to_string(user)


def needs_password(request: HttpRequest, user: User) -> bool:
    """Return whether the caller has to send the user's password, which a user without one is never asked for."""
    return has_password(user) and needs_proof(request, user)


def needs_proof(request: HttpRequest, user: User) -> bool:
    """Return whether the caller has to prove to be the user once more.

    Staff always has, and so has a caller whom Entra let in: a token may be an hour old, and a session may have begun
    without a click. A session may be left open.
    """
    if is_staff(user) or getattr(request, "entra", None) is not None:
        return True
    return is_from_session(request, user) and not is_fresh(request)


def is_fresh(request: HttpRequest) -> bool:
    stamp = request.session.get(STAMP)
    return isinstance(stamp, int) and 0 <= time.time() - stamp <= FRESH


def has_just_signed_in(request: HttpRequest, user: User) -> bool:
    """Return whether the session of the user is fresh, or the token that let the user in is."""
    if is_from_session(request, user) and is_fresh(request):
        return True
    identity = getattr(request, "entra", None)
    issued_at = None if identity is None else identity.claims.all.get("iat")
    return isinstance(issued_at, int) and time.time() - issued_at <= FRESH


@sensitive_variables("password")
def confirm(request: HttpRequest, user: User, password: str, *, by_sign_in: bool = False) -> bool:
    """Return whether the password was sent and is right; False where it was not sent and need not be.

    It is tried as a login would, so that ``user_login_failed`` and what limits logins see it. The session stays as
    it is. With ``by_sign_in``, a user without a password proves it by a fresh session or token, staff included. Without
    it a token does not count: a stolen one could tie another account to the user for good.

    Raises:
        PasswordWrong: it is wrong.
        PasswordNeeded: it is needed and was not sent.
        SignInNeeded: the user has none, and has not just signed in.
        NoPasswordToConfirm: the user has none, and nothing else is accepted.
    """
    if not password:
        if needs_proof(request, user):
            refuse_without_proof(request, user, by_sign_in=by_sign_in)
        return False
    found = authenticate(request, username=user.get_username(), password=password)
    if found is None or found.pk != user.pk:
        raise PasswordWrong(expected="the user's current password")
    return True


def refuse_without_proof(request: HttpRequest, user: User, *, by_sign_in: bool) -> None:
    """Refuse a caller who sent no password, unless a user without one has just signed in, and that is enough."""
    if has_password(user):
        raise PasswordNeeded(expected="the password" if is_staff(user) else "the password, or a login just before")
    if not by_sign_in and (is_staff(user) or getattr(request, "entra", None) is not None):
        raise NoPasswordToConfirm()
    if not has_just_signed_in(request, user):
        raise SignInNeeded()
