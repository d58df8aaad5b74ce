"""Binds a request to the user that a bearer token let in: ``user``, ``auser`` and ``entra`` never disagree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import LazyObject

from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

LET_IN, NO_CSRF = "_entrance_let_in", "_dont_enforce_csrf_checks"


class BearerRequest(HttpRequest):
    """A request that a bearer token let in. Who calls is what ``user`` is now.

    ``logout()``, ``login()``, ``RemoteUserMiddleware`` and middlewares that act as another user set ``user`` alone.
    Then ``auser()`` follows, and ``entra`` and the leave to come without a CSRF token end: they are the token's user's.
    """

    @property
    def entra(self) -> Identity | None:
        """What the bearer token says of the caller, while ``user`` is the one that it let in."""
        user, identity = self.__dict__[LET_IN]
        return identity if is_same_user(self.user, user) else None

    @entra.setter
    def entra(self, identity: Identity | None) -> None:
        self.__dict__[LET_IN] = (self.user, identity)

    @property
    def _entrance_acts_as_another(self) -> bool:
        """Tell ``permissions`` whether ``user`` is another than the one that the bearer token let in."""
        user, identity = self.__dict__[LET_IN]
        return identity is not None and not is_same_user(self.user, user)

    async def auser(self) -> Any:
        """Return ``user``; one that is not read yet is read in a thread."""
        return await sync_to_async(read_user)(self) if isinstance(self.user, LazyObject) else self.user

    @property
    def _dont_enforce_csrf_checks(self) -> bool:
        """Django's switch (``django/middleware/csrf.py``). Code sends a bearer, never the browser on its own."""
        return self.entra is not None or bool(self.__dict__.get(NO_CSRF))

    @_dont_enforce_csrf_checks.setter
    def _dont_enforce_csrf_checks(self, value: bool) -> None:
        self.__dict__[NO_CSRF] = value


def attach_user(request: HttpRequest, user: User, identity: Identity) -> None:
    """Set ``user``, ``auser`` and ``entra`` together, as a bearer token that says ``identity`` let ``user`` in."""
    if not isinstance(request, BearerRequest):
        request.__class__ = bearer_kind(type(request))  # type: ignore[arg-type]  # a class is hashable
    request.__dict__.pop("auser", None)  # of AuthenticationMiddleware: it would read the session
    request.user = user
    request.__dict__[LET_IN] = (user, identity)


@cache
def bearer_kind(kind: type[HttpRequest]) -> type[HttpRequest]:
    """Return a server's kind of request that is a ``BearerRequest`` too, under the same name."""
    return type(kind.__name__, (BearerRequest, kind), {"__module__": kind.__module__})


def is_same_user(user: Any, let_in: Any) -> bool:
    """Tell whether two objects are one user, also where one is of a child model (multi-table inheritance).

    A child may have a primary key of its own, so the two are compared by that of the parent.
    """
    if user is let_in or user == let_in:
        return True
    kind, other = user.__class__, let_in.__class__  # of a lazy user that of the real one
    if not (issubclass(kind, Model) and (issubclass(kind, other) or issubclass(other, kind))):
        return False
    key = (other if issubclass(kind, other) else kind)._meta.pk.attname
    return getattr(let_in, key) is not None and getattr(user, key) == getattr(let_in, key)


def read_user(request: HttpRequest) -> Any:
    """Return the user of a request. A lazy one is read from session and database, which no event loop allows."""
    bool(request.user.is_authenticated)
    return request.user
