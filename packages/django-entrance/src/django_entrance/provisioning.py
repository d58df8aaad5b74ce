"""Identity → user: finds the account, or creates user and account together."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import Error, IntegrityError, router, transaction

from django_entrance import conf
from django_entrance.claim_mapping import mapped_fields
from django_entrance.compiled import CompiledLookup, Params
from django_entrance.derived import Derived
from django_entrance.free_usernames import free_usernames, second_names
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountExists, AccountMissing, UserDisabled, UserNotCreatable
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

log = logging.getLogger("django_entrance")


def provision(identity: Identity) -> User:
    """Return the user of an identity, created or brought up to date as the settings say.

    A known person costs one read, and a write only when a mapped claim has changed. An application acts as the user
    that ``APPLICATIONS`` names; none is created for it.

    Raises:
        UserDisabled: the user's ``is_active`` is False; nothing was written.
        AccountMissing: nobody is linked, and ``PROVISIONING`` is ``"existing"``; or an application's user is not there.
        AccountExists: the user name is an e-mail address here, and an existing user has this person's.
        UserNotCreatable: the user model refused the new row, or the person has no address to be its user name; nothing
            was written.
    """
    if identity.is_application:
        return find_application_user(identity)
    user = find_user(identity)
    if user is not None:
        update_user(user, identity)
        return user
    if conf.current().PROVISIONING == "existing":
        raise AccountMissing()
    return create_or_find_user(identity)


def find_user(identity: Identity) -> User | None:
    """Return the linked user by tenant id and object id, never by a name or an address."""
    user_model = EntraAccount.user.field.related_model
    lookup = linked_user(user_model, router.db_for_read(user_model))
    user = lookup.first(account_ids(identity, lookup))
    if user is not None and not user.is_active:
        raise UserDisabled()
    return user


@cache
def linked_user(user_model: type[User], alias: str) -> CompiledLookup[User]:
    """Prepare the look-up of a user by the account's ids, for the user model and database in use."""
    fields = {f"entra_accounts__{name}": EntraAccount._meta.get_field(name) for name in ("tenant_id", "object_id")}
    return CompiledLookup(user_model, fields, alias)


@Derived
def account_ids(identity: Identity, lookup: CompiledLookup[User]) -> Params:
    return lookup.params(
        {"entra_accounts__tenant_id": identity.tenant_id, "entra_accounts__object_id": identity.object_id}
    )


def find_application_user(identity: Identity) -> User:
    """Return the one user that an application acts as. Its token's claims change nothing of that user."""
    user_model = get_user_model()
    username = conf.current().AUTHORITIES[identity.authority].APPLICATIONS[identity.client_id]
    user: User | None = user_model._default_manager.filter(**{user_model.USERNAME_FIELD: username}).first()
    if user is None:
        raise AccountMissing(expected=f"the user {username} of APPLICATIONS")
    if not user.is_active:
        raise UserDisabled()
    return user


def update_user(user: User, identity: Identity) -> None:
    """Write the mapped claims that differ; a claim that is absent, or that the database refuses, changes nothing."""
    claimed = mapped_fields(identity, conf.current())
    changed = {name: value for name, value in claimed.items() if getattr(user, name) != value}
    if changed:
        write_fields(user, changed)


def write_fields(user: User, values: Mapping[str, str]) -> None:
    """Write fields of a user: all together, else each alone, and leave out what is refused alone.

    An address that somebody else has must not keep a known person out. The user has what the row has, in any case.
    """
    before = {name: getattr(user, name) for name in values}
    try:
        with transaction.atomic(using=router.db_for_write(type(user), instance=user)):
            set_fields(user, values)
            user.save(update_fields=values)
    except IntegrityError:
        set_fields(user, before)
        if len(values) == 1:
            log.warning(
                "The claim for the field %s of user %s was left out: the database refused it.", *values, user.pk
            )
            return
        for name, value in values.items():
            write_fields(user, {name: value})


def set_fields(user: User, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        setattr(user, name, value)


def create_or_find_user(identity: Identity) -> User:
    """Create the user; where the address is taken, another first request of the same person may have been quicker."""
    try:
        return create_user(identity)
    except AccountExists:
        existing = find_user(identity)
        if existing is None:
            raise
        return existing


def create_user(identity: Identity) -> User:
    """Create user and account in one transaction; of several first requests at once, all get the same user."""
    refusal: Error | None = None
    people = router.db_for_write(get_user_model())
    for username in free_usernames(identity):
        try:
            with transaction.atomic(using=people):
                user = new_user(username, identity)
                EntraAccount.objects.create(tenant_id=identity.tenant_id, object_id=identity.object_id, user=user)
                return user
        except IntegrityError as conflict:
            refusal = conflict
            if (existing := find_user(identity)) is not None:
                return existing
    raise UserNotCreatable(expected="a free user name, and every required field mapped") from refusal


def new_user(username: str, identity: Identity) -> User:
    user_model = get_user_model()
    fields = {**second_names(identity), **mapped_fields(identity, conf.current())}
    user = user_model(**{user_model.USERNAME_FIELD: username}, **fields)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user
