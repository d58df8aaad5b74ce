"""Identity → user: finds the account, or creates user and account together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connections, models, router, transaction

from django_entrance import conf
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountMissing, UserDisabled, UserNotCreatable
from django_entrance.verification.identity import Identity, first_text

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

#: A name made of other letters can look exactly like an administrator's, so it is not taken as a user name.
PLAIN_USERNAME = re.compile(r"[A-Za-z0-9@.+_-]+")

#: What binds an account to its identity, in the order in which Django compiles the keywords of a filter.
KEY = ("object_id", "tenant_id")
NOBODY = UUID(int=0)


def provision(identity: Identity) -> User:
    """Return the user of an identity, created or brought up to date as the settings say.

    A known person costs one read, and a write only when a mapped claim has changed.

    Raises:
        UserDisabled: the user's ``is_active`` is False; nothing was written.
        AccountMissing: nobody is linked, and ``PROVISIONING`` is ``"existing"``.
        UserNotCreatable: the user model refused the new row; nothing was written.
    """
    user = find_user(identity)
    if user is not None:
        update_user(user, identity)
        return user
    if conf.current().PROVISIONING == "existing":
        raise AccountMissing()
    return create_user(identity)


def find_user(identity: Identity) -> User | None:
    """Return the linked user by tenant id and object id, never by a name or an address."""
    user_model = get_user_model()
    alias = router.db_for_read(user_model)
    ids = [id_for_query(identity, name, alias) for name in KEY]
    linked = user_model._base_manager.raw(linked_user_sql(user_model, alias), ids, using=alias)
    user: User | None = next(iter(linked), None)
    if user is not None and not user.is_active:
        raise UserDisabled()
    return user


@cache
def linked_user_sql(user_model: type[models.Model], alias: str) -> str:
    """Compile the look-up of a linked user once: to build it anew costs four times what it takes to run it."""
    anybody = {f"entra_accounts__{name}": NOBODY for name in KEY}
    compiler = user_model._base_manager.using(alias).filter(**anybody).query.get_compiler(alias)
    return str(compiler.as_sql()[0])


def id_for_query(identity: Identity, name: str, alias: str) -> object:
    field: Any = EntraAccount._meta.get_field(name)
    return field.get_db_prep_value(getattr(identity, name), connections[alias])


def update_user(user: User, identity: Identity) -> None:
    """Write the mapped claims that differ; a claim that is absent changes nothing."""
    changed = mapped_fields(identity, known=user)
    if changed:
        for name, value in changed.items():
            setattr(user, name, value)
        user.save(update_fields=changed)


def create_user(identity: Identity) -> User:
    """Create user and account in one transaction; of several first requests at once, all get the same user."""
    refusal: Error | None = None
    for username in free_usernames(identity):
        try:
            with transaction.atomic():
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
    user = user_model(**{user_model.USERNAME_FIELD: username}, **mapped_fields(identity))
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def free_usernames(identity: Identity) -> Iterator[str]:
    """Yield user names that nobody has, the most readable first. An existing user is never adopted."""
    user_model = get_user_model()
    field = user_model._meta.get_field(user_model.USERNAME_FIELD)
    assert isinstance(field, models.Field)
    for username in usernames(identity):
        is_taken = user_model._default_manager.filter(**{f"{field.name}__iexact": username}).exists()
        if len(username) <= (field.max_length or len(username)) and not is_taken:
            yield username


def usernames(identity: Identity) -> Iterator[str]:
    if PLAIN_USERNAME.fullmatch(identity.username):
        yield identity.username
        yield f"{identity.object_id[:8]}.{identity.username}"
    yield f"{identity.object_id}@{identity.tenant_id}"


def mapped_fields(identity: Identity, *, known: User | None = None) -> dict[str, str]:
    """Return the user's fields as ``CLAIM_MAPPING`` has them, without those that ``known`` has already.

    Of several claims the first that is present counts.
    """
    fields: dict[str, str] = {}
    for name, claims in conf.current().CLAIM_MAPPING.items():
        value = first_text(identity.claims, claims)
        present = getattr(known, name, None)
        if value is None or value == present:
            continue
        fitting = fit(value, get_user_model()._meta.get_field(name))
        if fitting is not None and fitting != present:
            fields[name] = fitting
    return fields


def fit(value: str, field: Any) -> str | None:
    """Return the value as the field can hold it: names are cut to length, what is no valid address is left out."""
    value = value if isinstance(field, models.EmailField) else value[: field.max_length]
    try:
        field.run_validators(value)
    except ValidationError:
        return None
    return value
