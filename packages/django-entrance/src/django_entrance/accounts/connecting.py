"""Connects an identity to an existing user with a ticket, which the user asked for and the identity redeems.

The ticket proves that the own login of this application let the user in; the access token beside it proves who the
person is at Entra. A ticket is signed for this purpose alone, works once, and ends after five minutes.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import router, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from django_entrance.accounts.adopting import is_staff
from django_entrance.accounts.linking import link_user
from django_entrance.accounts.used_once import forget_used, use_once
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import PasswordNeeded, TicketRefused, UserDisabled
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

SALT = "django_entrance.accounts.connecting"
LIFETIME = 300
"""Seconds that a ticket is good for."""

LONGEST_TICKET = 1_000


class Ticket(NamedTuple):
    """What a ticket says: the user, whether the password was confirmed for it, and the password that was valid then."""

    user: str
    is_confirmed: bool
    password: str
    text: str


def make_ticket(user: User, *, is_confirmed: bool) -> str:
    """Return a ticket that connects one identity to the user."""
    said = [str(user.pk), is_confirmed, password_mark(user), secrets.token_urlsafe(12)]
    return signing.dumps(said, salt=SALT)


def password_mark(user: User) -> str:
    """Return a digest that changes with the user's password: then older tickets end."""
    return salted_hmac(SALT, user.get_session_auth_hash(), algorithm="sha256").hexdigest()[:32]


def read_ticket(text: str) -> Ticket:
    """Return what a ticket says.

    Raises:
        TicketRefused: it is none of ours, was changed, or has ended.
    """
    if len(text) > LONGEST_TICKET:
        raise TicketRefused(expected="a ticket of this application")
    try:
        user, is_confirmed, password, _ = signing.loads(text, salt=SALT, max_age=LIFETIME)
    except signing.SignatureExpired:
        raise TicketRefused(expected=f"a ticket that is younger than {LIFETIME} seconds") from None
    except signing.BadSignature:
        raise TicketRefused(expected="a ticket of this application") from None
    return Ticket(user, is_confirmed, password, text)


def connect(identity: Identity, text: str) -> User:
    """Connect an identity to the user of a ticket, and use the ticket up. All is written, or nothing.

    Raises:
        TicketRefused: the ticket is none, has ended or was used, the user's password was changed since, or an
            application or an agent sent the token.
        UserDisabled: the user was deactivated or deleted meanwhile.
        PasswordNeeded: the user is staff, and the ticket was given without the password.
        AlreadyConnected: the identity belongs to another user.
    """
    ticket = read_ticket(text)
    if identity.is_application or identity.agent is not None:
        raise TicketRefused(expected="a token beside the ticket that the person asked for, without an agent")
    with transaction.atomic(using=router.db_for_write(EntraAccount)):
        user = user_of(ticket)
        if not use_once(SALT, ticket.text):
            raise TicketRefused(expected="a ticket that was not used yet")
        link_user(user, identity.tenant_id, identity.object_id)
    forget_used()
    return user


def user_of(ticket: Ticket) -> User:
    people = router.db_for_write(get_user_model())
    user = get_user_model()._default_manager.using(people).filter(pk=ticket.user).first()
    if user is None or not user.is_active:
        raise UserDisabled()
    if not constant_time_compare(ticket.password, password_mark(user)):
        raise TicketRefused(expected="the password that the user had when the ticket was given")
    if is_staff(user) and not ticket.is_confirmed:
        raise PasswordNeeded()
    return user
