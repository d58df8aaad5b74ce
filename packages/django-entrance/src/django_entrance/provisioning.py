"""Identity → user: finds the account, or creates user and account together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, models, transaction

from django_entrance import conf
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountMissing, UserDisabled, UserNotCreatable
from django_entrance.verification.identity import Identity, first_text

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

#: A name made of other letters can look exactly like an administrator's, so it is not taken as a user name.
PLAIN_USERNAME = re.compile(r"[A-Za-z0-9@.+_-]+")


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
    account = (
        EntraAccount.objects.select_related("user")
        .filter(tenant_id=identity.tenant_id, object_id=identity.object_id)
        .first()
    )
    if account is None:
        return None
    if not account.user.is_active:
        raise UserDisabled()
    return account.user


def update_user(user: User, identity: Identity) -> None:
    """Write the mapped claims that differ; a claim that is absent changes nothing."""
    changed = {name: value for name, value in mapped_fields(identity).items() if getattr(user, name) != value}
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


def mapped_fields(identity: Identity) -> dict[str, str]:
    """Return the user's fields as ``CLAIM_MAPPING`` has them; of several claims the first that is present counts."""
    fields: dict[str, str] = {}
    for name, claims in conf.current().CLAIM_MAPPING.items():
        field = get_user_model()._meta.get_field(name)
        assert isinstance(field, models.Field)
        value = first_text(identity.claims, claims)
        if value is not None and (fitting := fit(value, field)) is not None:
            fields[name] = fitting
    return fields


def fit(value: str, field: models.Field[object, object]) -> str | None:
    """Return the value as the field can hold it: names are cut to length, what is no valid address is left out."""
    value = value if isinstance(field, models.EmailField) else value[: field.max_length]
    try:
        field.run_validators(value)
    except ValidationError:
        return None
    return value
