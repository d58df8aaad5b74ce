"""Ends sessions that a sign-in with Entra started: one, or all of a person, on every worker and session engine."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY, read_id

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def forget_session(*, request: HttpRequest | None, **_: Any) -> None:
    """Receive ``user_logged_out``, which Django sends before it flushes the session. Also forget the record alone."""
    session = getattr(request, "session", None)
    written = None if session is None else session.get(KEY)
    if session is None or written is None:
        return
    with suppress(KeyError, TypeError, ValueError):
        sessions().filter(pk=read_id(written)).delete()
    del session[KEY]


def end_sessions_of(user: User) -> int:
    """End every session of a user that Entra stands behind; return how many there were."""
    return sessions().filter(user=user).delete()[0]


def prune_sessions() -> int:
    """Delete the rows of sessions that ``SESSION_LIFETIME`` has ended; return how many there were."""
    return sessions().filter(expires_at__lt=timezone.now()).delete()[0]


def sessions() -> QuerySet[EntraSession]:
    return EntraSession.objects.using(router.db_for_write(EntraSession))
