"""Turns an identity into a user: finds the account, or creates user and account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DatabaseError, router, transaction

from django_entrance.accounts.access import apply_access
from django_entrance.accounts.application_users import find_application_user, is_reserved
from django_entrance.accounts.claim_mapping import lacks_required_address, mapped_fields, unique_addresses
from django_entrance.accounts.free_usernames import free_usernames, has_value, second_names
from django_entrance.accounts.linked_users import find_known_user, find_user
from django_entrance.accounts.user_fields import is_refusal, settle, update_user
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import (
    AccountExists,
    AccountMissing,
    ProvisioningRefused,
    UserDisabled,
    UserNotCreatable,
)
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


def provision(identity: Identity) -> User:
    """Return the user of an identity, created or updated by the settings.

    A known person takes one query, and a write only if a mapped claim has changed. An application acts as its user in
    ``APPLICATIONS``, which is never created.

    Raises:
        UserDisabled: the user's ``is_active`` is False, or the user model's default manager hides it.
        AccountMissing: no user is linked, and ``PROVISIONING`` is ``"existing"``; or an application has no user.
        AccountExists: an existing user has this person's address, which is unique as user name or in another field.
        UserNotCreatable: the user model refused the new row, or user names are addresses and the person has none.
            Nothing was written.
    """
    if identity.is_application:
        return find_application_user(identity)
    user = find_user(identity) or find_known_user(identity)
    user = new_person(identity) if user is None else update_user(user, identity)
    return apply_access(user, identity)


def new_person(identity: Identity) -> User:
    """Return the user of a person without an account, as ``PROVISIONING`` says."""
    if current_settings().PROVISIONING == "existing":
        raise AccountMissing()
    return create_or_find_user(identity)


def create_or_find_user(identity: Identity) -> User:
    """Create the user. If the address is taken, a concurrent first request may have created this person's user."""
    try:
        return create_user(identity)
    except AccountExists:
        existing = find_known_user(identity)
        if existing is None:
            raise
        return existing


def create_user(identity: Identity) -> User:
    """Create user and account in one transaction. Concurrent first requests all get the same user.

    Raises:
        UserDisabled: the user was created, but the user model, a signal or the database deactivates or hides new users
            until they are approved.
    """
    if lacks_required_address(identity, current_settings()):
        raise UserNotCreatable(expected="a verified address: it is required and unique here")
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
    fields = {**second_names(identity), **mapped_fields(identity, current_settings())}
    user = user_model(**{user_model.USERNAME_FIELD: username}, **fields)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user
