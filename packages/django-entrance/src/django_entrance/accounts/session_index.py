"""Lists, ends and prunes sessions of people by their index rows: without a cookie, on every session engine."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import router, transaction
from django.db.models import QuerySet
from django.utils import timezone

from django_entrance.accounts.event_limits import Daily
from django_entrance.conf.loading import current_settings
from django_entrance.entra.session_grants import SESSION_RECORD, Ended, forget_ended
from django_entrance.models import EntraAccount, EntraSession

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

log = logging.getLogger("django_entrance")

KEY = SESSION_RECORD

LONGEST_AUTHORITY = 100
"""Characters of an authority's name that a row has."""

pruning = Daily()


def sessions() -> QuerySet[EntraSession]:
    return EntraSession.objects.using(router.db_for_write(EntraSession))


def id_in(session: Any) -> UUID | None:
    """Return the id of the row of a Django session, or None where Entra does not stand behind it."""
    written = None if session is None else session.get(KEY)
    return as_id(written.get("id")) if isinstance(written, dict) else None


def as_id(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def living_sessions_of(user: User) -> QuerySet[EntraSession]:
    """Return the sessions of a user that are not over, the latest first."""
    return sessions().filter(user_id=user.pk, expires_at__gt=timezone.now()).order_by("-started_at", "pk")


def end(rows: QuerySet[EntraSession]) -> int:
    """End sessions, and forget the tokens of their people; return how many there were."""
    if current_settings().TOKENS_CACHE is not None:
        people = rows.values_list("pk", "account__tenant_id", "account__object_id")
        forget_ended(Ended(*map(str, facts)) for facts in people)
    return rows.delete()[0]


def forget_tokens(*, instance: EntraAccount, using: str, **_: object) -> None:
    """Receive ``pre_delete``: what was kept for the person of an account is not for another user's."""
    rows = EntraSession.objects.using(using).filter(account=instance.pk)
    keys = rows.values_list("pk", flat=True) if current_settings().TOKENS_CACHE is not None else ()
    person = str(instance.tenant_id), str(instance.object_id)
    forget_ended([Ended("", *person), *(Ended(str(key), *person) for key in keys)])


def end_session_of(user: User, text: str) -> bool:
    """End one session of the user's own, and return whether there was one with that id."""
    found = as_id(text)
    return found is not None and bool(end(sessions().filter(pk=found, user_id=user.pk)))


def end_sessions_of(user: User) -> int:
    """End every session of a user that Entra stands behind; return how many there were."""
    return end(sessions().filter(user_id=user.pk))


def end_sessions_at_microsoft(sid: str, tenant_id: str, authorities: Collection[str]) -> int:
    """End what began in one session at Microsoft (``sid``): the sessions of that tenant at one of the authorities."""
    names = [name[:LONGEST_AUTHORITY] for name in authorities]
    return end(sessions().filter(sid=sid, account__tenant_id=tenant_id, authority__in=names))


def prune_sessions() -> int:
    """Delete the rows of sessions that ``SESSION_LIFETIME`` has ended; return how many there were."""
    ended = sessions().filter(expires_at__lt=timezone.now())
    return ended._raw_delete(ended.db)  # without signals: what is over needs no announcement, and may be much


def prune_daily() -> None:
    """Prune once a day in each process. A failure costs a line of the log, never a sign-in."""
    if not pruning.is_due():
        return
    try:
        with transaction.atomic(using=router.db_for_write(EntraSession)):
            prune_sessions()
    except Exception as error:
        log.warning("Old sessions were not deleted: %s", type(error).__name__)
