"""Starts the Django session of a sign-in with Entra: through Django's own ``login``, which every project can call."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.db import router
from django.http import HttpRequest

from django_entrance.accounts.provisioning import provision
from django_entrance.accounts.session_index import LONGEST_AUTHORITY, prune_daily
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.permissions import ENTRA_BACKEND
from django_entrance.sessions.record import read_record, write_record
from django_entrance.signals import signed_in
from django_entrance.verification.claims import Door
from django_entrance.verification.errors import ApplicationRefused
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import keep

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

PROVED = "_entrance_identity"
"""Attribute of a user that was just authenticated: who Entra says it is."""


def start_session(request: HttpRequest, identity: Identity) -> User:
    """Sign a person in: a new session key, and none of the data of another user's session.

    Raises:
        ApplicationRefused: the token is an application's own, which has no session.
        ProvisioningRefused, GraphUnreachable: as ``provision`` does.
    """
    if identity.is_application:
        raise ApplicationRefused(actual=identity.client_id)
    user = provision(identity)
    setattr(user, PROVED, identity)
    login(request, user, backend=ENTRA_BACKEND)
    return user


def record_session(*, request: HttpRequest | None, user: User, **_: Any) -> None:
    """Receive ``user_logged_in``: write down who was proved, if that is why the user was logged in.

    A living session of the same person keeps its beginning, so that ``SESSION_LIFETIME`` is its whole life.
    """
    identity: Identity | None = user.__dict__.pop(PROVED, None)
    session = getattr(request, "session", None)
    if request is None or session is None or session.get(BACKEND_SESSION_KEY) != ENTRA_BACKEND or identity is None:
        return
    now = int(time.time())
    door: Door = "page" if identity.door == "page" else "session"
    before = read_record(request)
    continues = before is not None and not before.is_over(now) and is_same_person(before.identity, identity)
    started_at = before.started_at if before is not None and continues else now
    row = write_row(user, identity, door, started_at, before.id if before is not None and continues else None)
    if row is not None:
        write_record(
            request, session_id=str(row.id), door=door, kept=keep(identity), started_at=started_at, checked_at=now
        )
        signed_in.send_robust(sender=type(user), user=user, identity=identity, door=door)
        prune_daily()


def is_same_person(one: Identity, other: Identity) -> bool:
    return (one.authority, one.tenant_id, one.object_id) == (other.authority, other.tenant_id, other.object_id)


def write_row(
    user: User, identity: Identity, door: Door, started_at: int, session_id: str | None
) -> EntraSession | None:
    """Return the session's row, new or as it was; None if the account is gone at this moment, so nothing starts."""
    alias = router.db_for_write(EntraSession)
    ids = {"tenant_id": identity.tenant_id, "object_id": identity.object_id, "user": user}
    account = EntraAccount.objects.using(router.db_for_write(EntraAccount)).filter(**ids).first()
    if account is None:
        return None
    sid = identity.claims.all.get("sid")
    facts = {
        "account": account,
        "user": user,
        "door": door,
        "authority": identity.authority[:LONGEST_AUTHORITY],
        "sid": sid[:64] if isinstance(sid, str) else "",
        "started_at": at(started_at),
        "expires_at": at(started_at + current_settings().SESSION_LIFETIME),
    }
    rows = EntraSession.objects.using(alias)
    if session_id is not None and rows.filter(pk=session_id, user=user).update(**facts):
        return EntraSession(pk=session_id, **facts)
    return rows.create(**facts)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
