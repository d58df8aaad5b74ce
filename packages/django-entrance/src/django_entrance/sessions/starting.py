"""Starts the Django session of a sign-in with Entra: through Django's own ``login``, which every project can call."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    load_backend,
    login,
    logout,
)
from django.contrib.sessions.backends.signed_cookies import SessionStore as CookieSession
from django.db import IntegrityError, router, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from django_entrance.accounts.compiled_insert import CompiledInsert, is_heard
from django_entrance.accounts.provisioning import provision
from django_entrance.accounts.session_index import LONGEST_AUTHORITY, prune_daily, sessions
from django_entrance.accounts.session_users import find_account
from django_entrance.bearer.first_uses import tell_session
from django_entrance.conf.loading import current_settings
from django_entrance.entra.session_grants import keep_grant
from django_entrance.identified_request import detach_user
from django_entrance.models import EntraSession
from django_entrance.permissions import ENTRA_BACKEND
from django_entrance.sessions.ending import forget_session
from django_entrance.sessions.late_answers import note_replaced
from django_entrance.sessions.record import (
    KEY,
    SessionRecord,
    give_check,
    is_entra_session,
    is_older,
    read_record,
    session_door,
    with_contexts,
    with_newest_contexts,
    within,
    write_record,
)
from django_entrance.verification.errors import AccountMissing, ApplicationRefused, SessionEnded, SessionTooLarge
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import is_kept

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

log = logging.getLogger("django_entrance")

LONGEST_COOKIE = 3_900
"""Characters of a cookie's value. Browsers drop cookies of more than 4,096 with the name (RFC 6265bis section 5.6)."""

LONGEST_SID = 64
"""Characters. Entra's has 36; a longer one would not fit, and half of it would name another session."""

PROVED = "_entrance_identity"
"""Attribute of a user that was just authenticated: who Entra says it is."""


def start_session(request: HttpRequest, identity: Identity, user: User | None = None) -> User:
    """Sign a person in: a new session with a new key, and none of the data of another user's session.

    ``user`` is the identity's, where ``provision`` has just returned it.

    Raises:
        ValueError: the identity is that of a session, which proves nothing anew.
        ApplicationRefused: the token is an application's own, which has no session.
        AccountMissing: the account was disconnected at this moment.
        SessionTooLarge: a cookie that is the session cannot hold it.
        ProvisioningRefused, GraphUnreachable: as ``provision`` does.
    """
    if is_kept(identity):
        raise ValueError("A session starts with an identity that was just verified, not with that of a session.")
    if identity.is_application:
        raise ApplicationRefused(actual=identity.client_id)
    user = user or provision(identity)
    key = request.session.session_key
    begin_session(request, user, identity)
    if read_record(request) is None:
        logout(request)
        raise AccountMissing()
    if request.session.session_key == key is not None:  # Django's login() leaves the key to the same user
        request.session.cycle_key()
        note_replaced(request)
    return user


def exchange_token(request: HttpRequest, user: User, identity: Identity) -> None:
    """Sign in the person of a token, with the user that the token let in.

    A living session of the same person goes on with its key, data and CSRF token, since requests may be on their way,
    and without Django's ``user_logged_in``.

    Raises:
        ApplicationRefused, AccountMissing, SessionTooLarge: as ``start_session`` does.
    """
    if not continue_session(request, user, identity):
        start_session(request, identity, user)


def renew_session(request: HttpRequest, record: SessionRecord, identity: Identity) -> None:
    """Write into the living session of this person, which has that record, that Entra was asked again.

    Raises:
        SessionEnded: the session was ended meanwhile, elsewhere or here.
        ProvisioningRefused, GraphUnreachable: as ``provision`` does.
    """
    if not continue_session(request, provision(identity), within(record, identity)):
        raise SessionEnded()


def renew_with_contexts(request: HttpRequest, record: SessionRecord, identity: Identity) -> None:
    """Do what ``renew_session`` does, and keep the authentication contexts of before where the answer lacks them.

    Entra gives those that it is asked for, so an operation that needs two would never have both. The re-check stays
    due when it was, since the session has them from before: by it none of them lives longer. Without it they are gone.
    """
    earlier = record.identity.authentication_contexts - identity.authentication_contexts
    if not earlier or record.is_stale(time.time()):
        renew_session(request, record, identity)
        return
    renew_session(request, record, with_contexts(identity, earlier))
    give_check(request, record.checked_at)


def begin_session(request: HttpRequest, user: User, identity: Identity) -> None:
    """Log the user in, in one transaction: three commits would cost more than all else."""
    forget_session(request=request)
    setattr(user, PROVED, identity)
    alias = router.db_for_write(EntraSession)
    try:
        with transaction.atomic(using=alias):
            login(request, user, backend=ENTRA_BACKEND)
    except IntegrityError:
        if find_account(identity, alias) is not None:
            raise
        request.session.pop(KEY, None)


def continue_session(request: HttpRequest, user: User, identity: Identity) -> bool:
    """Write into a living session of this person what Entra says now; return whether there was one."""
    is_theirs = is_entra_session(request) and has_user(request, user)
    if not is_theirs or not go_on(request, user, identity):
        return False
    request.user = user
    return True


def go_on(request: HttpRequest, user: User, identity: Identity) -> bool:
    """Write into row and record of a living session of this person; return whether there was one.

    An older token changes nothing: it must not bring back a role that was taken away since. Clocks may differ by a
    minute there; for authentication contexts, they may not.
    """
    before = living_record(request, identity)
    if before is None or not update_row(before, user, identity):
        return False
    if not is_older(identity, before):
        newest = with_newest_contexts(identity, before)
        prove(request, user, newest, session_id=before.id, started_at=before.started_at)
    return True


def has_user(request: HttpRequest, user: User) -> bool:
    """Return whether ``login`` would leave the session's data to this user."""
    session = request.session
    is_same = session.get(SESSION_KEY) == user._meta.pk.value_to_string(user)
    return is_same and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def living_record(request: HttpRequest, identity: Identity) -> SessionRecord | None:
    """Return the record of a session of the same person that is not over."""
    before = read_record(request)
    is_same = before is not None and is_same_person(before.identity, identity)
    return before if before is not None and is_same and not before.is_over(time.time()) else None


def is_same_person(one: Identity, other: Identity) -> bool:
    return (one.authority, one.tenant_id, one.object_id) == (other.authority, other.tenant_id, other.object_id)


def record_session(*, request: HttpRequest | None, user: User, **_: Any) -> None:
    """Receive ``user_logged_in``: write down who was proved, if that is why the user was logged in.

    Raises:
        ApplicationRefused: an application was logged in, which has no session.
    """
    identity: Identity | None = user.__dict__.pop(PROVED, None)
    session = getattr(request, "session", None)
    if request is None or session is None:
        return
    if session.get(BACKEND_SESSION_KEY) != ENTRA_BACKEND:
        forget_session(request=request)
        return
    identity = identity or bearer_identity(request)
    if identity is None:
        leave_to_another_backend(request, user)
    elif identity.is_application:
        end_begun(request)
        raise ApplicationRefused(actual=identity.client_id)
    else:
        begin_record(request, user, identity)


def bearer_identity(request: HttpRequest) -> Identity | None:
    """Return the identity of the request's token, where it is the user's that was logged in."""
    identity: Identity | None = getattr(request, "entra", None)
    return identity if identity is not None and identity.door == "bearer" else None


def begin_record(request: HttpRequest, user: User, identity: Identity) -> None:
    """Write row and record of a session; a living one of the same person keeps its beginning."""
    if go_on(request, user, identity):
        return
    now = int(time.time())
    row = create_row(user, identity, now)
    request.session.pop(KEY, None)
    if row is not None:
        note_replaced(request)
        prove(request, user, identity, session_id=str(row.pk), started_at=now)
        prune_daily()


def prove(request: HttpRequest, user: User, identity: Identity, *, session_id: str, started_at: int) -> None:
    """Write the record of a session, and tell ``signed_in``.

    Raises:
        SessionTooLarge: the session is kept in a cookie, which browsers would drop. The session is gone, so that the
            request has no user.
    """
    write_record(request, identity, session_id=session_id, started_at=started_at)
    if isinstance(request.session, CookieSession) and len(str(request.session._get_session_key())) > LONGEST_COOKIE:
        forget_session(request=request)
        end_begun(request)
        raise SessionTooLarge(expected=f"at most {LONGEST_COOKIE} characters")
    keep_grant(request, identity, session_id, started_at + current_settings().SESSION_LIFETIME)
    tell_session(identity, user, door=session_door(identity))


def end_begun(request: HttpRequest) -> None:
    """End a session while Django's ``login`` begins it, which has given the request its user; a token's stays."""
    request.session.flush()
    if bearer_identity(request) is None:
        detach_user(request)


def leave_to_another_backend(request: HttpRequest, user: User) -> None:
    """Name the project's own backend in a session that no identity started, as ``force_login`` in tests does.

    It names the first backend. The session is that backend's then; Entra does not stand behind it.
    """
    if read_record(request) is not None:
        return
    for path in settings.AUTHENTICATION_BACKENDS:
        backend = load_backend(path)
        if path != ENTRA_BACKEND and hasattr(backend, "get_user") and backend.get_user(user.pk) is not None:
            request.session[BACKEND_SESSION_KEY] = path
            log.info("login() named EntraBackend for a user without an identity: the session is one of %s", path)
            return


def update_row(before: SessionRecord, user: User, identity: Identity) -> bool:
    """Write into the row that a session goes on; return False if it was ended."""
    if is_older(identity, before):
        return sessions().filter(pk=before.id, user=user).exists()
    facts = {"door": session_door(identity), "expires_at": end_of(before.started_at)}
    return bool(sessions().filter(pk=before.id, user=user).update(**facts, **sid_of(identity)))


def create_row(user: User, identity: Identity, started_at: int) -> EntraSession | None:
    """Return the row of a new session; None if the account is gone at this moment, so that nothing starts."""
    alias = router.db_for_write(EntraSession)
    account = find_account(identity, alias)
    if account is None or account.user_id != user.pk:
        return None
    row = EntraSession(
        account=account,
        user=user,
        door=session_door(identity),
        authority=identity.authority[:LONGEST_AUTHORITY],
        started_at=at(started_at),
        expires_at=end_of(started_at),
        **sid_of(identity),
    )
    if is_heard(EntraSession):
        row.save(force_insert=True, using=alias)
    else:
        session_insert(alias).insert([row])
    return row


def end_of(started_at: int) -> datetime:
    return at(started_at + current_settings().SESSION_LIFETIME)


def sid_of(identity: Identity) -> dict[str, str]:
    """Return the id of the session at Microsoft, if the token has one; a later token without it changes nothing."""
    sid = identity.claims.all.get("sid")
    return {"sid": sid} if isinstance(sid, str) and 0 < len(sid) <= LONGEST_SID else {}


@cache
def session_insert(alias: str) -> CompiledInsert[EntraSession]:
    """Compile the statement that writes the row of a session, for a database."""
    return CompiledInsert(EntraSession, alias)


def at(seconds: int) -> datetime:
    """Return a time as ``USE_TZ`` wants it."""
    aware = datetime.fromtimestamp(seconds, UTC)
    return aware if settings.USE_TZ else timezone.make_naive(aware, timezone.get_default_timezone())
