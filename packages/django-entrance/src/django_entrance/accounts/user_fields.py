"""Writes the mapped claims to a user's row, once for each change, whatever the model or the database makes of it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, router, transaction
from django.utils.crypto import salted_hmac

from django_entrance.accounts.claim_mapping import mapped_fields
from django_entrance.accounts.linked_users import SETTLED, find_user
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import UserDisabled
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

#: SQLSTATE of what a trigger or a constraint raises; classes that begin with 5 to 9 or I to Z are left to users, except
#: PostgreSQL's own 53 to 55, 57, 58, 72, P0 and XX (PostgreSQL, error codes).
REFUSED = re.compile(r"P0001|(?:22|23|45|(?!5[34578]|72|P0|XX)[5-9I-Z][0-9A-Z])[0-9A-Z]{3}")

MARKS_OF_A_FIELD = 4
"""How many differences of one field are known at a time."""

log = logging.getLogger("django_entrance")


def update_user(user: User, identity: Identity) -> User:
    """Write the mapped claims that differ, and return the user as the row is then.

    A claim that is absent, or that is refused, changes nothing. A row that keeps something else than the claim, tidied
    or refused, is left alone until the claim or the row changes.

    Raises:
        UserDisabled: the user was deactivated, hidden or deleted meanwhile, or by what was written.
    """
    changed = differing(user, identity)
    unsettled = {name: changed[name] for name in changed if mark(user, name, changed) not in getattr(user, SETTLED)}
    if not unsettled:
        return user
    try:
        write_fields(user, unsettled)
    except DatabaseError:
        reread(user, identity)  # a row that was deleted meanwhile says so
        raise
    written = reread(user, identity)
    settle(written, identity)
    return written


def differing(user: User, identity: Identity) -> dict[str, str]:
    """Return what the claims say for the fields that do not have it."""
    claimed = mapped_fields(identity, current_settings())
    unlike = {name: value for name, value in claimed.items() if getattr(user, name) != value}
    return {name: value for name, value in unlike.items() if stored(user, name) != value}


def stored(user: User, name: str) -> Any:
    """Return what a field has as the database takes it: a project's own field may give objects that equal nothing."""
    field: Any = user._meta.get_field(name)
    return field.get_prep_value(getattr(user, name))


def settle(user: User, identity: Identity) -> None:
    """Note on the account which differences stay, for every process to know. Most users have none."""
    changed = differing(user, identity)
    settled = with_marks(getattr(user, SETTLED), [mark(user, name, changed) for name in changed])
    if settled != getattr(user, SETTLED):
        ids = {"tenant_id": identity.tenant_id, "object_id": identity.object_id}
        EntraAccount.objects.filter(**ids).update(settled=settled)
        setattr(user, SETTLED, settled)


def with_marks(settled: str, new: list[str]) -> str:
    """Put new marks before the older ones. Tokens of two clients may say different things of a field in turn."""
    kept: dict[str, list[str]] = {}
    for each in dict.fromkeys([*new, *settled.split()]):
        kept.setdefault(each.partition(":")[0], []).append(each)
    return " ".join(each for marks in kept.values() for each in marks[:MARKS_OF_A_FIELD])


def mark(user: User, name: str, claimed: Mapping[str, str]) -> str:
    """Return a field with a digest of its claim and of what the row has: only ``SECRET_KEY`` tells which they were."""
    has = getattr(user, name)  # what is stored of a text may differ each time: an encrypting field has a nonce
    difference = json.dumps([name, claimed[name], has if isinstance(has, str) else stored(user, name)], default=str)
    return f"{name}:{salted_hmac('django_entrance.settled', difference, algorithm='sha256').hexdigest()}"


def reread(user: User, identity: Identity) -> User:
    """Return the user as the row is now: a save, a signal or a trigger may have made something else of it.

    Raises:
        UserDisabled: the row is gone, deactivated, or hidden by the default manager.
    """
    found = find_user(identity, using=router.db_for_write(type(user), instance=user))
    if found is None:
        raise UserDisabled()
    return found


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
    state = getattr(fault.__cause__, "sqlstate", None) or getattr(fault.__cause__, "pgcode", None) or ""
    return REFUSED.fullmatch(state) is not None


def set_fields(user: User, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
