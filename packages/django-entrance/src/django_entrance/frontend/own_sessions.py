"""Lists the sessions that a user began through Microsoft, and ends the one that the user chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import Http404, HttpRequest

from django_entrance.accounts.session_index import end_session_of, id_in, living_sessions_of
from django_entrance.models import EntraSession

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


class OwnSession(NamedTuple):
    """A session of the user, and whether the request came in it."""

    row: EntraSession
    is_current: bool

    def as_json(self) -> dict[str, Any]:
        row = self.row
        times = {"started_at": row.started_at.isoformat(), "expires_at": row.expires_at.isoformat()}
        return {"id": str(row.pk), "door": row.door, "authority": row.authority, **times, "is_current": self.is_current}


def list_sessions(request: HttpRequest, user: User) -> list[OwnSession]:
    """Return the user's sessions, the latest first. Those of the project's own logins have no row, so they lack."""
    current = id_in(getattr(request, "session", None))
    return [OwnSession(each, each.pk == current) for each in living_sessions_of(user)]


def end_own_session(request: HttpRequest, user: User, sent: Mapping[str, str]) -> None:
    """End a session of the user. The request's own ends with its next request.

    Raises:
        Http404: the user has no such session.
    """
    if not end_session_of(user, sent.get("session", "")):
        raise Http404("The user has no such session.")
