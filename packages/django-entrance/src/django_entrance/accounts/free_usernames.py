"""Chooses user names that are free in this project: the database and the user model's own field decide."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connections, router
from django.db.models import CharField, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Collate, Lower, Replace

from django_entrance.accounts.addresses import holds_addresses, home_name, vouched_address, with_lower_domain
from django_entrance.accounts.usernames import forms, own_username, usernames
from django_entrance.conf.loading import current_settings
from django_entrance.verification.errors import AccountExists, UserNotCreatable
from django_entrance.verification.identity import Identity

LOOK_ALIKE = (("1", "l"), ("i", "l"), ("0", "o"), ("rn", "m"), ("vv", "w"))
"""ASCII that reads like other ASCII (Unicode, confusables); a capital I is an i here, and reads like an l."""


def free_usernames(identity: Identity) -> Iterator[str]:
    """Yield user names that no user has, nor one that reads like it, the most readable first. None is ever adopted.

    Where the user name is an e-mail address, it is the person's own or none: an address is never invented.

    Raises:
        AccountExists: the user name is an address, and an existing user has it.
        UserNotCreatable: the user name is an address, and the tenant vouches for none of this person.
    """
    user_model = get_user_model()
    field = user_model._meta.get_field(user_model.USERNAME_FIELD)
    if holds_addresses(field):
        yield from free_address(identity, field)
    elif isinstance(field, CharField | TextField):
        yield from free_names(identity, field)


def second_names(identity: Identity) -> dict[str, str]:
    """Return a free ``username`` for a model that has it beside another user name, as ``AbstractUser`` still does."""
    user_model = get_user_model()
    field = {field.name: field for field in user_model._meta.concrete_fields}.get("username")
    if user_model.USERNAME_FIELD == "username" or not isinstance(field, CharField) or not field.unique:
        return {}
    name = next(free_names(identity, field), None)
    return {} if name is None else {"username": name}


def free_address(identity: Identity, field: Any) -> Iterator[str]:
    """Yield the person's address. It is looked for again when it could not be stored: another request was quicker."""
    authority = current_settings().AUTHORITIES.get(identity.authority)
    address = vouched_address(identity, has_several_tenants=authority is None or authority.has_several_tenants)
    if address is None or not address.isascii() or not is_accepted(address, field):
        raise UserNotCreatable(expected="an address of the person's own, which is the user name here")
    same = users(field).filter(**{f"{field.name}__iexact": address})
    if same.exists():
        raise AccountExists()
    yield with_lower_domain(address)
    if same.exists():
        raise AccountExists()


def free_names(identity: Identity, field: Any) -> Iterator[str]:
    own, said = own_username(identity), (identity.username, home_name(identity.username))
    for label in usernames(identity, field.max_length):
        name = accepted_form(label, field)
        if name is not None and not has_alike(name, field, also=said if label == own else ()):
            yield name


def accepted_form(label: str, field: Any) -> str | None:
    """Return a label in the first form that the field accepts. One that is too long is not squeezed in."""
    if len(label) > (field.max_length or len(label)):
        return None
    return next((form for form in forms(label) if is_accepted(form, field)), None)


def is_accepted(name: str, field: Any) -> bool:
    """Return whether the validators of the user model's own field accept a name; the length is one of them."""
    try:
        field.run_validators(name)
    except ValidationError:
        return False
    return True


def has_alike(name: str, field: Any, *, also: tuple[str, ...] = ()) -> bool:
    """Return whether a user has this name in whichever case, one that reads like it, or one of ``also``."""
    taken = Q(name_as_read=as_read(name))
    for same in {name, *also}:
        taken |= Q(**{f"{field.name}__iexact": same})
    return bool(users(field).alias(name_as_read=stored_as_read(field)).filter(taken).exists())


def has_value(field: Any, value: str) -> bool:
    """Return whether a user has this value, in whichever case."""
    return users(field).filter(**{f"{field.name}__iexact": value}).exists()


def users(field: Any) -> QuerySet[Model]:
    """Return every user, as the database knows them now: not a copy of it, and with those that a manager hides."""
    user_model: type[Model] = field.model
    return user_model._base_manager.using(router.db_for_write(user_model))


def as_read(name: str) -> str:
    name = name.lower()
    for each, other in LOOK_ALIKE:
        name = name.replace(each, other)
    return name


def stored_as_read(field: Any) -> Func:
    """Return ``as_read`` of a column, in SQL. PostgreSQL cannot replace where the collation ignores case."""
    is_postgresql = connections[router.db_for_write(field.model)].vendor == "postgresql"
    column: Func = Lower(Collate(F(field.name), "C") if is_postgresql else F(field.name))
    for each, other in LOOK_ALIKE:
        column = Replace(column, Value(each), Value(other))
    return column
