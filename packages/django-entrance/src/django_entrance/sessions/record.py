"""Reads and writes what a Django session knows of the sign-in with Entra that stands behind it."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest

from django_entrance.accounts.session_index import KEY as KEY  # the record is here, its place there
from django_entrance.conf.loading import current_settings
from django_entrance.permissions import ENTRA_BACKEND
from django_entrance.verification.claims import Door
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import restore


class SessionRecord(NamedTuple):
    """A sign-in: the id of its ``EntraSession``, the person, and when they were proved, in seconds since 1970.

    ``checked_at`` is the last time that Entra answered; until ``respite_until`` it is not asked, since it was down.
    """

    id: str
    identity: Identity
    started_at: int
    checked_at: int
    respite_until: int = 0

    def is_over(self, now: float) -> bool:
        """Return whether ``SESSION_LIFETIME`` has passed; a clock that was put back ends it, too."""
        return not self.started_at - 60 <= now < self.started_at + current_settings().SESSION_LIFETIME

    def is_stale(self, now: float) -> bool:
        """Return whether Entra must be asked again (``SESSION_RECHECK``)."""
        return now >= max(self.checked_at + current_settings().SESSION_RECHECK, self.respite_until)


def is_entra_session(request: HttpRequest) -> bool:
    """Return whether a sign-in with Entra started the Django session. One that is another login's stays unread."""
    session = getattr(request, "session", None)
    if session is None or session.session_key is None:
        return False
    was_read = session.accessed
    is_ours: bool = session.get(BACKEND_SESSION_KEY) == ENTRA_BACKEND
    session.accessed = was_read or is_ours
    return is_ours


def read_record(request: HttpRequest) -> SessionRecord | None:
    """Return the record of a session of Entra's, or None where it has none that can be read."""
    try:
        written = request.session[KEY]
        door: Door = written["door"]
        started_at, checked_at = int(written["started"]), int(written["checked"])
        end = started_at + current_settings().SESSION_LIFETIME
        identity = restore(written["identity"], door=door, signed_in_at=started_at, expires_at=end)
        return SessionRecord(str(written["id"]), identity, started_at, checked_at, int(written.get("respite", 0)))
    except (KeyError, TypeError, ValueError):
        return None


def write_record(
    request: HttpRequest, *, session_id: str, door: Door, kept: dict[str, Any], started_at: int, checked_at: int
) -> None:
    request.session[KEY] = {
        "id": session_id,
        "door": door,
        "started": started_at,
        "checked": checked_at,
        "identity": kept,
    }


def give_respite(request: HttpRequest, seconds: int) -> None:
    """Let the session live on unasked for some seconds: Entra is down."""
    request.session[KEY] = request.session[KEY] | {"respite": int(time.time()) + seconds}
