"""An open connection, what was known of its caller, and how it is to be closed."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.utils.functional import SimpleLazyObject

from django_entrance.identified_request import attach_user
from django_entrance.live.announcing import session_mark
from django_entrance.live.authentication import OwnLogin, confirm, dismiss, ends_at, is_own_login, stale_at
from django_entrance.live.closing import RIGHTS_CHANGED, Close
from django_entrance.live.looking import Seen, first_facts, rights_of, session_row, watches_session


class Watched:
    """An open connection, and what was known of its caller. Made in a thread: it queries."""

    def __init__(self, request: ASGIRequest) -> None:
        self.request = request
        self.facts, self.rights = first_facts(request), rights_of(request.user)
        self.ends_at, self.stale_at = ends_at(request), stale_at(request)
        self.user = SimpleLazyObject(lambda: request.user)
        bool(self.user)
        key = request.session.session_key if watches_session(request) else None
        self.names = {str(session_row(request)), session_mark(str(key)) if key is not None else ""} - {"None", ""}

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self.end: asyncio.Future[Close] = loop.create_future()

    def close(self, close: Close | None) -> None:
        """Let the connection be closed, unless there is no reason to, or it is closing. It gets no more tokens."""
        if close is not None and not self.end.done():
            dismiss(self.request)
            self.end.set_result(close)

    def judge(self, seen: Seen, now: float, own_login: OwnLogin | None) -> Close | None:
        """Return how the connection is to be closed, or None. Authenticates again where something has changed."""
        identity = self.request.entra  # type: ignore[attr-defined]  # of the middleware
        is_due = now >= min(self.ends_at, self.stale_at) or is_own_login(self.request)
        if is_due or seen.facts != self.facts:
            confirm(self.request, now, own_login)
            self.facts, self.ends_at, self.stale_at = seen.facts, ends_at(self.request), stale_at(self.request)
        elif identity is not None and seen.user is not None:
            attach_user(self.request, seen.user, identity)
        elif type(self.request.user) is type(seen.user):
            self.request.user = seen.user
        self.user._wrapped = self.request.user
        renewed = self.request.entra  # type: ignore[attr-defined]
        if not self.rights <= seen.rights or has_lost(identity, renewed):
            return RIGHTS_CHANGED
        self.rights = seen.rights
        return None


def has_lost(before: Any, now: Any) -> bool:
    """Return whether a session was renewed with fewer app roles or scopes."""
    return before is not now and not (before.app_roles <= now.app_roles and before.scopes <= now.scopes)
