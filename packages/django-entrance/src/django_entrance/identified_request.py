"""Attaches user and identity to a request, so that ``user``, ``auser`` and ``entra`` always agree."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth import SESSION_KEY
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import LazyObject

from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User

ATTACHED, NO_CSRF = "_entrance_attached", "_dont_enforce_csrf_checks"
SESSION_USER = "_entrance_session_user"
"""Attribute of a request with the lazy user that ``AuthenticationMiddleware`` set."""


class Authenticated(NamedTuple):
    """The user and identity of an accepted bearer token or session."""

    user: User
    identity: Identity


class IdentifiedRequest(HttpRequest):
    """A request with an accepted bearer token or session of Entra's. ``user`` decides who the caller is.

    ``logout()``, ``login()``, ``RemoteUserMiddleware`` and middlewares that act as another user set ``user`` alone.
    Then ``auser()`` returns that user, ``entra`` is None and the CSRF check applies again.
    """

    @property
    def entra(self) -> Identity | None:
        """The identity of the caller, as long as ``user`` is the user of that identity."""
        user, identity = self.__dict__[ATTACHED]
        return identity if is_same_user(self.user, user) else None

    @entra.setter
    def entra(self, identity: Identity | None) -> None:
        self.__dict__[ATTACHED] = (self.user, identity)

    @property
    def _entrance_acts_as_another(self) -> bool:
        """Whether ``user`` is no longer the user of the identity; ``permissions`` reads it."""
        user, identity = self.__dict__[ATTACHED]
        return identity is not None and not is_same_user(self.user, user)

    async def auser(self) -> Any:
        """Return ``user``; a lazy one is loaded in a thread."""
        return await current_user(self)

    @property
    def _dont_enforce_csrf_checks(self) -> bool:
        """Django's switch (``django/middleware/csrf.py``). A browser sends a session alone, a bearer token never."""
        identity = self.entra
        return (identity is not None and identity.door == "bearer") or bool(self.__dict__.get(NO_CSRF))

    @_dont_enforce_csrf_checks.setter
    def _dont_enforce_csrf_checks(self, value: bool) -> None:
        self.__dict__[NO_CSRF] = value


def attach_user(request: HttpRequest, user: User, identity: Identity) -> None:
    """Set ``user``, ``auser`` and ``entra`` together."""
    if not isinstance(request, IdentifiedRequest):
        request.__class__ = identified_class(type(request))  # type: ignore[arg-type]  # a class is hashable
    request.__dict__.pop("auser", None)  # of AuthenticationMiddleware: it would read the session
    request.user = user
    request.__dict__[ATTACHED] = (user, identity)


def detach_user(request: HttpRequest) -> None:
    """Let the request go on without a user, whatever its session has, which stays as it is."""
    from django.contrib.auth.models import AnonymousUser

    user = AnonymousUser()

    async def auser() -> AnonymousUser:
        return user

    request.user, request.auser = user, auser


@cache
def identified_class(kind: type[HttpRequest]) -> type[HttpRequest]:
    """Return a subclass of ``IdentifiedRequest`` and the server's request class, under the same name."""
    return type(kind.__name__, (IdentifiedRequest, kind), {"__module__": kind.__module__})


def is_same_user(user: Any, attached: Any) -> bool:
    """Return whether two objects are the same user, also if one is of a child model (multi-table inheritance).

    A child model may have its own primary key, so the two are compared by that of the parent.
    """
    if user is attached or user == attached:
        return True
    kind, other = user.__class__, attached.__class__  # of a lazy user, the class of the real one
    if not (issubclass(kind, Model) and (issubclass(kind, other) or issubclass(other, kind))):
        return False
    key = (other if issubclass(kind, other) else kind)._meta.pk.attname
    return getattr(attached, key) is not None and getattr(user, key) == getattr(attached, key)


def read_user(request: HttpRequest) -> Any:
    """Return the user of a request. A lazy one is loaded from session and database, so not in an event loop."""
    bool(request.user.is_authenticated)
    return request.user


async def current_user(request: HttpRequest) -> Any:
    """Return ``request.user`` as it is now, loaded."""
    return await sync_to_async(read_user)(request) if isinstance(request.user, LazyObject) else request.user


def needs_loaded_user(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Return whether an async view could meet a user that is not loaded: Django forbids queries in an event loop."""
    if not isinstance(request.user, LazyObject) or not iscoroutinefunction(view):
        return False
    return has_other_user(request) or request.session.session_key is not None


def load_user(request: HttpRequest) -> None:
    """Load the user of an async view, which may read ``user`` and ``auser()`` then without a query.

    A session without a user stays unread, so that the response does not vary by its cookie.
    """
    if has_other_user(request) or has_session_user(request):
        read_user(request)
        request.auser = partial(current_user, request)


def has_other_user(request: HttpRequest) -> bool:
    """Return whether a middleware after ours has set the user, from whatever source."""
    return request.user is not request.__dict__.get(SESSION_USER) or not hasattr(request, "session")


def has_session_user(request: HttpRequest) -> bool:
    was_read = request.session.accessed
    has_user = SESSION_KEY in request.session
    request.session.accessed = was_read
    return has_user
