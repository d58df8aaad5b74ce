"""Reads and writes what a Django session knows of the sign-in with Entra that stands behind it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import NamedTuple, get_args
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest

from django_entrance.accounts.session_index import KEY as KEY  # the record is here, its place there
from django_entrance.conf.loading import current_settings
from django_entrance.entra.authorities import registration_of
from django_entrance.permissions import ENTRA_BACKEND
from django_entrance.verification.claims import Door
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import keep, restore

CLOCK = 60
"""Seconds by which the clocks of a site's servers may differ. A clock that was put back further ends sessions."""

BACKDATED = 5 * 60
"""Seconds that Entra sets ``iat`` back."""

DOORS = frozenset(get_args(Door)) - {"bearer"}


class SessionRecord(NamedTuple):
    """A sign-in: the id of its ``EntraSession``, the person, and when they were proved, in seconds since 1970.

    ``checked_at`` is the last time that Entra answered; until ``respite_until`` it is not asked, since it was down.
    ``registration`` has the settings that were trusted then: host, tenant and client id of the authority.
    ``issued_at`` is that of the newest token that the session was begun or renewed with.
    """

    id: str
    identity: Identity
    started_at: int
    checked_at: int
    registration: str | None
    respite_until: int = 0
    issued_at: int = 0

    def is_over(self, now: float) -> bool:
        """Return whether ``SESSION_LIFETIME`` has passed; a clock that was put back ends it, too."""
        return not self.started_at - CLOCK <= now < self.started_at + current_settings().SESSION_LIFETIME

    def is_stale(self, now: float) -> bool:
        """Return whether Entra must be asked again (``SESSION_RECHECK``)."""
        if now < self.respite_until:
            return False
        return not self.checked_at - CLOCK <= now < self.checked_at + current_settings().SESSION_RECHECK


def is_entra_session(request: HttpRequest) -> bool:
    """Return whether a sign-in with Entra started the Django session.

    Reading another login's session leaves no trace in the response: it does not vary on cookies, and the cookie of a
    session that is gone is left to whoever reads it next.
    """
    session = getattr(request, "session", None)
    key = None if session is None else session.session_key
    if session is None or key is None:
        return False
    was_read, was_modified = session.accessed, session.modified
    is_ours: bool = session.get(BACKEND_SESSION_KEY) == ENTRA_BACKEND
    if is_ours or was_read:
        return is_ours
    session.accessed = False
    if session.session_key != key or session.modified != was_modified:
        request.session = type(session)(key)
    return False


def record_here(request: HttpRequest) -> SessionRecord | None:
    """Return the record of the request's session, or None where Entra does not stand behind it."""
    return read_record(request) if is_entra_session(request) else None


def read_record(request: HttpRequest) -> SessionRecord | None:
    """Return the record of a session of Entra's, or None where it has none that can be read."""
    try:
        written = request.session[KEY]
        door: Door = written["door"]
        started_at, checked_at = int(written["started"]), int(written["checked"])
        end = started_at + current_settings().SESSION_LIFETIME
        identity = restore(written["identity"], door=door, signed_in_at=started_at, expires_at=end)
        registered, respite = written["registration"], int(written.get("respite", 0))
        issued_at, session_id = int(written.get("issued", 0)), str(UUID(str(written["id"])))
        record = SessionRecord(session_id, identity, started_at, checked_at, registered, respite, issued_at)
        return record if door in DOORS else None
    except (KeyError, TypeError, ValueError):
        return None


def write_record(request: HttpRequest, identity: Identity, *, session_id: str, started_at: int) -> None:
    """Write who Entra says this is, and when it said so, in the session that began at ``started_at``."""
    request.session[KEY] = {
        "id": session_id,
        "door": session_door(identity),
        "started": started_at,
        "checked": proved_at(identity),
        "issued": issued_at(identity),
        "registration": registration_of(identity.authority),
        "identity": keep(identity),
    }


def proved_at(identity: Identity) -> int:
    """Return when Entra said who this is: now on a page, where the token answers this very sign-in.

    An access token may be an hour old and more, and what it says is as old.
    """
    now = int(time.time())
    return now if identity.door == "page" else min(now, issued_at(identity) + BACKDATED)


def issued_at(identity: Identity) -> int:
    """Return ``iat`` of a token that was just verified, or now without it."""
    issued = identity.claims.all.get("iat")
    return issued if isinstance(issued, int) else int(time.time())


def is_older(identity: Identity, record: SessionRecord) -> bool:
    """Return whether the session knows something newer of the person."""
    return proved_at(identity) + CLOCK < record.checked_at


def with_newest_contexts(identity: Identity, record: SessionRecord) -> Identity:
    """Return the identity with the authentication contexts of the session, where its token is older than the session's.

    A difference of a second counts: a context that ``POST entrance/session/`` has taken away must not come back.
    """
    if issued_at(identity) >= record.issued_at:
        return identity
    newest = {"acrs": sorted(record.identity.authentication_contexts), "iat": record.issued_at}
    return Identity.from_claims(identity.claims._replace(all={**identity.claims.all, **newest}))


def with_contexts(identity: Identity, earlier: Iterable[str]) -> Identity:
    """Return the identity with these authentication contexts beside its own."""
    contexts = {"acrs": sorted({*identity.authentication_contexts, *earlier})}
    return Identity.from_claims(identity.claims._replace(all={**identity.claims.all, **contexts}))


def within(record: SessionRecord, identity: Identity) -> Identity:
    """Return who Entra names now, with the door, client, its capabilities and scopes that the session began with.

    A silent sign-in of the application's own is not limited by scopes; a session that a token began stays limited.
    """
    before = record.identity.claims
    limits = {name: getattr(before.principal, name) for name in ("client_id", "scopes")}
    stated = {**identity.claims.all, "xms_cc": sorted(record.identity.client_capabilities)}
    principal = identity.claims.principal._replace(**limits)
    return Identity.from_claims(identity.claims._replace(principal=principal, door=before.door, all=stated))


def session_door(identity: Identity) -> Door:
    """Return the door of a session that begins with this identity."""
    return "page" if identity.door == "page" else "session"


def give_check(request: HttpRequest, checked_at: int) -> None:
    """Let the session count as checked at an earlier time than its newest answer."""
    request.session[KEY] = request.session[KEY] | {"checked": checked_at}


def give_respite(request: HttpRequest, seconds: int) -> None:
    """Let the session live on unasked for some seconds: Entra is down."""
    request.session[KEY] = request.session[KEY] | {"respite": int(time.time()) + seconds}
