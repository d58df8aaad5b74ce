"""Writes the mapped claims to a user's row, once for each change, even if the row then keeps another value."""

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

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User

#: SQLSTATE of errors that a trigger or a constraint raises. Classes from 5 to 9 and I to Z are free for users, except
#: PostgreSQL's own 53 to 55, 57, 58, 72, P0 and XX (PostgreSQL, error codes).
REFUSED = re.compile(r"P0001|(?:22|23|45|(?!5[34578]|72|P0|XX)[5-9I-Z][0-9A-Z])[0-9A-Z]{3}")

MARKS_OF_A_FIELD = 4
"""Number of settled differences that are kept for one field."""

log = logging.getLogger("django_entrance")


def update_user(user: User, identity: Identity) -> User:
    """Write the mapped claims that differ from the row, and return the user as stored.

    A missing or refused claim changes nothing. If the row keeps another value than the claim, normalised or refused,
    it is not written again until the claim or the row changes.

    Raises:
        UserDisabled: the user was deactivated, hidden or deleted meanwhile, or by this write.
    """
    changed = differing(user, identity)
    unsettled = {name: changed[name] for name in changed if mark(user, name, changed) not in getattr(user, SETTLED)}
    if not unsettled:
        return user
    try:
        write_fields(user, unsettled)
    except DatabaseError:
        reread(user, identity)  # raises UserDisabled if the row was deleted meanwhile
        raise
    written = reread(user, identity)
    settle(written, identity)
    return written


def differing(user: User, identity: Identity) -> dict[str, str]:
    """Return the claims' values that differ from the user's fields."""
    claimed = mapped_fields(identity, current_settings())
    unlike = {name: value for name, value in claimed.items() if getattr(user, name) != value}
    return {name: value for name, value in unlike.items() if stored(user, name) != value}


def stored(user: User, name: str) -> Any:
    """Return a field's value as the database takes it: a custom field may have objects that do not compare."""
    field: Any = user._meta.get_field(name)
    return field.get_prep_value(getattr(user, name))


def settle(user: User, identity: Identity) -> None:
    """Store on the account which differences stay, for all processes. Most users have none."""
    changed = differing(user, identity)
    settled = with_marks(getattr(user, SETTLED), [mark(user, name, changed) for name in changed])
    if settled != getattr(user, SETTLED):
        ids = {"tenant_id": identity.tenant_id, "object_id": identity.object_id}
        EntraAccount.objects.filter(**ids).update(settled=settled)
        setattr(user, SETTLED, settled)


def with_marks(settled: str, new: list[str]) -> str:
    """Put new marks before older ones. Tokens of two clients may have different values for a field, in turn."""
    kept: dict[str, list[str]] = {}
    for each in dict.fromkeys([*new, *settled.split()]):
        kept.setdefault(each.partition(":")[0], []).append(each)
    return " ".join(each for marks in kept.values() for each in marks[:MARKS_OF_A_FIELD])


def mark(user: User, name: str, claimed: Mapping[str, str]) -> str:
    """Return a field's name with a keyed digest of its claim and its stored value, which hides both."""
    value = getattr(user, name)  # an encrypting field stores the same string differently each time
    difference = json.dumps([name, claimed[name], value if isinstance(value, str) else stored(user, name)], default=str)
    return f"{name}:{salted_hmac('django_entrance.settled', difference, algorithm='sha256').hexdigest()}"


def reread(user: User, identity: Identity) -> User:
    """Return the user as stored now: a save, a signal or a trigger may have changed the values.

    Raises:
        UserDisabled: the row is gone, deactivated, or hidden by the default manager.
    """
    found = find_user(identity, using=router.db_for_write(type(user), instance=user))
    if found is None:
        raise UserDisabled()
    return found


def write_fields(user: User, values: Mapping[str, str]) -> None:
    """Write fields of a user: all together, or if that is refused one by one, without those that are refused.

    A known person must still be able to sign in if another user has their address.
    """
    before = {name: getattr(user, name) for name in values}
    try:
        with transaction.atomic(using=router.db_for_write(type(user), instance=user)):
            set_fields(user, values)
            user.save(update_fields=values)
    except (ValidationError, DatabaseError) as error:
        if not is_refusal(error):
            raise
        set_fields(user, before)
        if len(values) == 1:
            log.warning(
                "The claim for the field %s of user %s was not stored: the model or the database refused it.",
                *values,
                user.pk,
            )
            return
        for name, value in values.items():
            write_fields(user, {name: value})


def is_refusal(error: Exception) -> bool:
    """Return whether the user model or the database refused the values, as opposed to an outage of the database."""
    if isinstance(error, ValidationError | IntegrityError | DataError):
        return True
    state = getattr(error.__cause__, "sqlstate", None) or getattr(error.__cause__, "pgcode", None) or ""
    return REFUSED.fullmatch(state) is not None


def set_fields(user: User, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
