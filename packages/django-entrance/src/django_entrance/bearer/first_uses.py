"""Tells ``signed_in`` at the first use of a token in this process, and when a session begins with one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django_entrance.metrics import SIGN_INS, measure
from django_entrance.signals import signed_in
from django_entrance.verification.identity import Identity

MOST_TOKENS = 10_000
"""Tokens whose first use a process remembers, by their ``uti``: also where it does not remember tokens themselves."""

LONGEST_ID = 64

seen: dict[object, object] = {}


def never() -> bool:
    return False


def tell_first_use(identity: Identity, user: Any, *, door: str, starts_session: Callable[[], bool] = never) -> None:
    """Send ``signed_in`` unless this process has seen the token. A receiver that fails is logged by Django.

    ``starts_session`` is asked for a new token: the view that starts a session with it tells that itself.
    """
    key = token_id(identity)
    if key not in seen and not starts_session() and is_first(key):
        tell(identity, user, door)


def tell_session(identity: Identity, user: Any, *, door: str) -> None:
    """Send ``signed_in`` for a session that began, or was confirmed; the token that did it is told with it."""
    is_first(token_id(identity))
    tell(identity, user, door)


def tell(identity: Identity, user: Any, door: str) -> None:
    measure(SIGN_INS, identity.authority, door, kind_of_principal(identity))
    signed_in.send_robust(sender=type(user), user=user, identity=identity, door=door)


def kind_of_principal(identity: Identity) -> str:
    if identity.agent is not None:
        return "agent"
    if identity.is_application:
        return "application"
    return "guest" if identity.is_guest else "member"


def token_id(identity: Identity) -> object:
    """Return the token's id (``uti``), or what tells it apart where it has none that we would keep."""
    uti = identity.claims.all.get("uti")
    is_id = isinstance(uti, str) and 0 < len(uti) <= LONGEST_ID
    return uti if is_id else (identity.caller, identity.expires_at)


def is_first(key: object) -> bool:
    """Remember a token, and tell whether this thread was the first. Each step is atomic, so no lock is needed."""
    mine = object()
    is_mine = seen.setdefault(key, mine) is mine
    with suppress(StopIteration, KeyError, RuntimeError):  # another thread drops an entry at the same moment
        while len(seen) > MOST_TOKENS:
            del seen[next(iter(seen))]
    return is_mine
