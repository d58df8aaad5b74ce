"""Authenticates Django sessions that a sign-in with Entra started: session → user and identity."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from django.contrib.auth import HASH_SESSION_KEY, logout
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from django_entrance.accounts.session_users import find_session_user
from django_entrance.entra.authorities import configured_authorities, registration_of, settings_here
from django_entrance.entra.reachable import is_reachable
from django_entrance.identified_request import Authenticated, detach_user
from django_entrance.sessions.late_answers import note_replaced
from django_entrance.sessions.page_caches import tell_caches, tell_caches_of_end, tell_caches_without_user
from django_entrance.sessions.record import SessionRecord, is_entra_session, read_record
from django_entrance.verification.errors import AccessRefused, SessionStale
from django_entrance.verification.identity import Identity
from django_entrance.verification.issuers import PERSONAL_ACCOUNTS
from django_entrance.verification.policy import Policy
from django_entrance.verification.principal import check_access, check_signed_in

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def authenticate_session(request: HttpRequest) -> Authenticated | None:
    """Return user and identity of the request's session, or None where Entra does not stand behind it.

    A session that is over is ended here, so the request goes on without a user; so it does with one of an authority
    that ``AUTHORITIES_HERE`` leaves out, which is not ended. Another login's session is left alone.

    Raises:
        SessionStale: Entra must be asked again. ``caller`` says who it is.
    """
    if not is_entra_session(request):
        return None
    now = time.time()
    record = read_record(request)
    is_living = record is not None and not record.is_over(now) and is_trusted(record)
    if record is not None and is_living and not is_here(record.identity, request):
        detach_user(request)
        tell_caches_without_user(request)
        return None
    user = find_session_user(record.id) if record is not None and is_living else None
    if record is None or user is None or not has_same_password(request, user):
        logout(request)
        tell_caches_of_end(request)
        return None
    tell_caches(request)
    if record.is_stale(now):
        refusal = SessionStale()
        refusal.caller = record.identity.caller
        refusal.authenticated = Authenticated(user, record.identity)
        raise refusal
    return Authenticated(user, record.identity)


def confirmed_session(request: HttpRequest) -> Authenticated | None:
    """Return user and identity of a session. While Entra is down, one that it must confirm lives on.

    Raises:
        SessionStale: Entra must confirm the session, and answers.
    """
    try:
        return authenticate_session(request)
    except SessionStale as stale:
        authenticated = cast(Authenticated, stale.authenticated)
        if is_reachable(authenticated.identity.authority):
            raise
        return authenticated


def is_trusted(record: SessionRecord) -> bool:
    """Return whether the authority is still configured, as it was at the sign-in, and accepts the person."""
    identity = record.identity
    policy = next((each.policy for each in configured_authorities() if each.name == identity.authority), None)
    if policy is None or record.registration != registration_of(identity.authority):
        return False
    return is_of_allowed_tenant(identity, policy) and is_accepted(identity, policy)


def is_of_allowed_tenant(identity: Identity, policy: Policy) -> bool:
    if identity.tenant_id == PERSONAL_ACCOUNTS and not policy.allow_personal_accounts:
        return False
    return policy.allowed_tenants is None or identity.tenant_id in policy.allowed_tenants


def is_accepted(identity: Identity, policy: Policy) -> bool:
    """Return whether a token of this person would be accepted today: by client, scopes, guests and agents."""
    check = check_signed_in if identity.door == "page" else check_access
    with suppress(AccessRefused):
        check(identity.claims.principal, policy)
        return True
    return False


def is_here(identity: Identity, request: HttpRequest) -> bool:
    return identity.authority in settings_here(request)


def has_same_password(request: HttpRequest, user: User) -> bool:
    """Return whether the user has the password that it had at the sign-in, as Django's own ``get_user`` asks.

    A session of one of ``SECRET_KEY_FALLBACKS`` is brought up to date, as Django does it.
    """
    kept, current = request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    if constant_time_compare(kept, current):
        return True
    if not any(constant_time_compare(kept, each) for each in user.get_session_auth_fallback_hash()):
        return False
    request.session.cycle_key()
    note_replaced(request)
    request.session[HASH_SESSION_KEY] = current
    return True
