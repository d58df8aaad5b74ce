"""Turns an identity into a user: finds the account, or creates user and account."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DatabaseError, router, transaction

from django_entrance.accounts.access import apply_access
from django_entrance.accounts.adopting import adoptable_user, expected_user, needed_claim
from django_entrance.accounts.application_users import find_application_user, is_reserved
from django_entrance.accounts.claim_mapping import lacks_required_address, mapped_fields, unique_addresses
from django_entrance.accounts.conflicts import existing_users
from django_entrance.accounts.free_usernames import free_usernames, has_value, second_names
from django_entrance.accounts.grants import current_grant
from django_entrance.accounts.linked_users import find_known_user, find_user
from django_entrance.accounts.linking import link_user
from django_entrance.accounts.profiles import own_fields, write_profiles
from django_entrance.accounts.project_users import Provisioner as Provisioner
from django_entrance.accounts.project_users import tell_created, user_of_project
from django_entrance.accounts.user_fields import is_refusal, settle, update_user
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import (
    AccountExists,
    AccountMissing,
    AlreadyConnected,
    InactiveUserExists,
    ProvisioningRefused,
    UserDisabled,
    UserNotCreatable,
)
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import is_kept

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


REPEATED = 5.0
FREE_NAME = "a name and an address that no existing user has"

conflicts: WeakKeyDictionary[Identity, tuple[type[AccountExists], str, float]] = WeakKeyDictionary()
"""The latest conflict of each identity that is still held, what it expects, and until when it is repeated."""


def always() -> bool:
    return True


def provision(identity: Identity, *, adds_people: Callable[[], bool] = always) -> User:
    """Return the user of an identity, created or updated by the settings.

    A known person takes one query, and a write only if a mapped claim has changed. An application acts as its user in
    ``APPLICATIONS``, which is never created. The identity of a session lacks most claims, so it changes nothing.
    ``adds_people`` is called only for a person without an account.

    Raises:
        UserDisabled: the user's ``is_active`` is False, or the user model's default manager hides it.
        AccountMissing: no user is linked, and ``PROVISIONING`` is ``"existing"`` or a function that returned None, or
            ``adds_people`` returns False; or an application has no user.
        AccountExists: an existing user without an Entra account has this person's name or address (``ON_CONFLICT``); or
            an existing user has this person's address, which is unique as user name or in another field.
        UserNotCreatable: the user model refused the new row, or user names are addresses and the person has none.
            Nothing was written.
    """
    if identity.is_application:
        return find_application_user(identity)
    user = find_user(identity) or find_known_user(identity)
    if user is None and (is_kept(identity) or not adds_people()):
        raise AccountMissing()
    if user is not None and is_kept(identity):
        return user
    user = add_person(identity) if user is None else update_user(user, identity)
    return apply_access(user, identity)


def add_person(identity: Identity) -> User:
    """Return the user of a person without an account, which a concurrent first request may have created."""
    try:
        return new_person(identity)
    except (AccountExists, AccountMissing, AlreadyConnected):
        existing = find_known_user(identity)
        if existing is None:
            raise
        return existing


def new_person(identity: Identity) -> User:
    """Return an existing user that the settings let the person be, or a new one."""
    settings = current_settings()
    existing = expected_user(identity) or adoptable_user(identity)
    if existing is not None:
        return adopt(existing, identity)
    if settings.PROVISIONING == "existing":
        refuse_conflict(identity)
        raise AccountMissing(expected=needed_claim(identity))
    if settings.PROVISIONING != "create":
        return user_of_project(identity, settings.PROVISIONING)
    return create_user(identity)


def refuse_conflict(identity: Identity) -> None:
    """Refuse a person who may be an existing user, as ``ON_CONFLICT`` says.

    A refusal is repeated for REPEATED seconds, since looking for the name may read the whole table of users.
    """
    known = conflicts.get(identity)
    if known is not None and time.monotonic() < known[2]:
        raise known[0](expected=known[1])
    existing = list(existing_users(identity)) if current_settings().ON_CONFLICT == "connect" else []
    if existing:
        kind = AccountExists if any(user.is_active for user in existing) else InactiveUserExists
        expected = needed_claim(identity) or FREE_NAME
        conflicts[identity] = kind, expected, time.monotonic() + REPEATED
        raise kind(expected=expected)


def adopt(user: User, identity: Identity) -> User:
    """Link an existing user to the person, who gets it as it is; then the mapped claims are written.

    Raises:
        AccountExists: an agent sent the token. The person signs in first.
    """
    if identity.agent is not None:
        raise AccountExists(expected="a first sign-in of the person, without an agent")
    with transaction.atomic(using=router.db_for_write(EntraAccount)):
        ids = {"tenant_id": identity.tenant_id, "object_id": identity.object_id}
        link_user(user, **ids, how="adopted", as_first=True, identity=identity)
    linked = find_known_user(identity)
    if linked is None:  # pragma: no cover - deleted at this moment
        raise UserDisabled()
    return update_user(linked, identity)


def create_user(identity: Identity) -> User:
    """Create user and account in one transaction. Concurrent first requests all get the same user.

    Raises:
        UserDisabled: the user was created, but the user model, a signal or the database deactivates or hides new users
            until they are approved.
    """
    refuse_conflict(identity)
    if lacks_required_address(identity, current_settings()):
        raise UserNotCreatable(expected="a verified address: it is required and unique here")
    current_grant(identity)  # where the groups cannot be known, no row is written
    refusal: Exception | None = None
    alias = router.db_for_write(get_user_model())
    for username in free_usernames(identity):
        if is_reserved(username):
            continue
        try:
            with transaction.atomic(using=alias):
                user = new_user(username, identity)
                EntraAccount.objects.create(tenant_id=identity.tenant_id, object_id=identity.object_id, user=user)
        except (ValidationError, DatabaseError) as conflict:
            if not is_refusal(conflict):
                raise
            refusal = conflict
            if (existing := find_known_user(identity)) is not None:
                return existing
        else:
            tell_created(user, identity, alias)
            return created_user(identity, alias)
    raise refused_creation(taken_address_field(identity)) from refusal


def refused_creation(taken: str | None) -> ProvisioningRefused:
    """Return why no user could be created; ``taken`` is the name of a unique field with a taken address."""
    exists = AccountExists(expected=f"an address for {taken} that no other user has")
    return UserNotCreatable(expected="a free user name, and every required field mapped") if taken is None else exists


def taken_address_field(identity: Identity) -> str | None:
    """Return the name of a unique field where an existing user has this person's address, or None."""
    addresses = unique_addresses(identity, current_settings())
    return next((name for name, (field, address) in addresses.items() if has_value(field, address)), None)


def created_user(identity: Identity, alias: str) -> User:
    """Return a new user as the database has it, which may differ from what was written."""
    user = find_user(identity, using=alias)
    if user is None:
        raise UserDisabled()
    settle(user, identity)
    return user


def new_user(username: str, identity: Identity) -> User:
    user_model = get_user_model()
    mapped = mapped_fields(identity, current_settings())
    own = {name: mapped[name] for name in own_fields(mapped)}
    user = user_model(**{user_model.USERNAME_FIELD: username}, **second_names(identity) | own)
    user.set_unusable_password()
    user.save(force_insert=True)
    profiles = {name: value for name, value in mapped.items() if name not in own}
    write_profiles(user, profiles, router.db_for_write(user_model))
    return user
