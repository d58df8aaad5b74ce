"""Ends the index row of a Django session with the session itself: a copy of its cookie opens nothing any more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from django_entrance.accounts.session_index import KEY, id_in, sessions
from django_entrance.entra.session_grants import forget_person


def forget_session(*, request: HttpRequest | None, **_: Any) -> None:
    """Receive ``user_logged_out``, which Django sends before it flushes the session. Also forget the record alone."""
    session = getattr(request, "session", None)
    if session is None or session.get(KEY) is None:
        return
    found = id_in(session)
    if found is not None:
        sessions().filter(pk=found).delete()
    forget_person(session[KEY])
    del session[KEY]
