"""Writes the mapped claims to a user's row, once for each change, whatever the model or the database makes of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, router, transaction
from django.utils.crypto import salted_hmac

from django_entrance import conf
from django_entrance.claim_mapping import mapped_fields
from django_entrance.linked_users import SETTLED
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import UserDisabled
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

#: What PostgreSQL answers where a trigger raises an exception of its own (PostgreSQL, error codes).
RAISED_BY_A_TRIGGER = "P0001"

log = logging.getLogger("django_entrance")


def update_user(user: User, identity: Identity) -> None:
    """Write the mapped claims that differ; a claim that is absent, or that is refused, changes nothing.

    A row that keeps something else than the claim, tidied or refused, is left alone until the claim or the row changes.

    Raises:
        UserDisabled: the user was deactivated or deleted meanwhile.
    """
    changed = differing(user, identity)
    unsettled = {name: changed[name] for name in changed if mark(user, name, changed) not in getattr(user, SETTLED)}
    if not unsettled:
        return
    try:
        write_fields(user, unsettled)
    except DatabaseError:
        reread(user)  # a row that was deleted meanwhile says so
        raise
    reread(user)
    settle(user, identity)


def differing(user: User, identity: Identity) -> dict[str, str]:
    """Return what the claims say for the fields that do not have it."""
    claimed = mapped_fields(identity, conf.current())
    return {name: value for name, value in claimed.items() if getattr(user, name) != value}


def settle(user: User, identity: Identity) -> None:
    """Note on the account which differences stay, for every process to know. Most users have none."""
    changed = differing(user, identity)
    settled = " ".join(mark(user, name, changed) for name in changed)
    if settled != getattr(user, SETTLED):
        ids = {"tenant_id": identity.tenant_id, "object_id": identity.object_id}
        EntraAccount.objects.filter(**ids).update(settled=settled)
        setattr(user, SETTLED, settled)


def mark(user: User, name: str, claimed: Mapping[str, str]) -> str:
    """Return a digest of a field, its claim and what the row has: only ``SECRET_KEY`` tells which values they were."""
    difference = json.dumps([name, claimed[name], getattr(user, name)], default=str)
    return salted_hmac("django_entrance.settled", difference, algorithm="sha256").hexdigest()


def reread(user: User) -> None:
    """Give the user what the row has now: a save, a signal or a trigger may have made something else of it."""
    try:
        user.refresh_from_db(using=router.db_for_write(type(user), instance=user))
    except type(user).DoesNotExist:
        raise UserDisabled() from None
    if not user.is_active:
        raise UserDisabled()


def write_fields(user: User, values: Mapping[str, str]) -> None:
    """Write fields of a user: all together, else each alone, and leave out what is refused alone.

    An address that another user has must not keep a known person out.
    """
    before = {name: getattr(user, name) for name in values}
    try:
        with transaction.atomic(using=router.db_for_write(type(user), instance=user)):
            set_fields(user, values)
            user.save(update_fields=values)
    except (ValidationError, DatabaseError) as fault:
        if not is_refusal(fault):
            raise
        set_fields(user, before)
        if len(values) == 1:
            log.warning("The claim for the field %s of user %s was left out: it was refused.", *values, user.pk)
            return
        for name, value in values.items():
            write_fields(user, {name: value})


def is_refusal(fault: Exception) -> bool:
    """Return whether the user model or the database refused these values; a database that is out of order did not."""
    if isinstance(fault, ValidationError | IntegrityError | DataError):
        return True
    return getattr(fault.__cause__, "sqlstate", None) == RAISED_BY_A_TRIGGER


def set_fields(user: User, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
