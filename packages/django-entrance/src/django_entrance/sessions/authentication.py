"""Authenticates Django sessions that a sign-in with Entra started: session → user and identity."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.contrib.auth import HASH_SESSION_KEY, logout
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from django_entrance.accounts.session_users import find_session_user
from django_entrance.conf.loading import current_settings
from django_entrance.entra.authorities import authorities_here
from django_entrance.identified_request import Authenticated
from django_entrance.sessions.record import SessionRecord, is_entra_session, read_record
from django_entrance.verification.errors import SessionStale
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def authenticate_session(request: HttpRequest) -> Authenticated | None:
    """Return user and identity of the request's session, or None where Entra does not stand behind it.

    A session that is over is ended here, so the request goes on without a user. Another login's session is left alone.

    Raises:
        SessionStale: Entra must be asked again. ``caller`` says who it is.
    """
    if not is_entra_session(request):
        return None
    now = time.time()
    record = read_record(request)
    user = None if record is None or not is_allowed(record, request, now) else find_session_user(record.id)
    if record is None or user is None or not has_same_password(request, user):
        logout(request)
        return None
    if record.is_stale(now):
        refusal = SessionStale()
        refusal.caller = record.identity.caller
        refusal.authenticated = Authenticated(user, record.identity)
        raise refusal
    return Authenticated(user, record.identity)


def is_allowed(record: SessionRecord, request: HttpRequest, now: float) -> bool:
    """Return whether the settings still trust whom they trusted at the sign-in, and the session may live on."""
    return not record.is_over(now) and is_trusted(record.identity) and is_here(record.identity, request)


def is_trusted(identity: Identity) -> bool:
    """Return whether the authority is still configured for the person's tenant."""
    own = current_settings().AUTHORITIES.get(identity.authority)
    if own is None:
        return False
    if own.has_several_tenants:
        return "*" in own.ALLOWED_TENANTS or identity.tenant_id in own.ALLOWED_TENANTS
    return True


def is_here(identity: Identity, request: HttpRequest) -> bool:
    here = authorities_here(request)
    return here is None or identity.authority in here


def has_same_password(request: HttpRequest, user: User) -> bool:
    """Return whether the user has the password that it had at the sign-in, as Django's own ``get_user`` asks."""
    kept = request.session.get(HASH_SESSION_KEY, "")
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(kept, each) for each in hashes)
