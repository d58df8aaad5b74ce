"""Chooses user names that are free in the database and that the user model's field accepts."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connections, router
from django.db.models import CharField, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Collate, Lower, Replace

from django_entrance.accounts.addresses import holds_addresses, home_name, verified_address, with_lower_domain
from django_entrance.accounts.usernames import forms, own_username, usernames
from django_entrance.conf.loading import current_settings
from django_entrance.verification.errors import AccountExists, UserNotCreatable
from django_entrance.verification.identity import Identity

LOOK_ALIKE = (("1", "l"), ("i", "l"), ("0", "o"), ("rn", "m"), ("vv", "w"))
"""ASCII that looks like other ASCII (Unicode, confusables). A capital I, which looks like an l, is compared as i."""


def free_usernames(identity: Identity) -> Iterator[str]:
    """Yield free user names, the most readable first. No user has the name or one that looks like it.

    If user names are e-mail addresses, only the person's own address is used.

    Raises:
        AccountExists: the user name is an address, and an existing user has it.
        UserNotCreatable: the user name is an address, and the tenant has verified none for this person.
    """
    user_model = get_user_model()
    field = user_model._meta.get_field(user_model.USERNAME_FIELD)
    if holds_addresses(field):
        yield from free_address(identity, field)
    elif isinstance(field, CharField | TextField):
        yield from free_names(identity, field)


def second_names(identity: Identity) -> dict[str, str]:
    """Return a free ``username`` for a model with another ``USERNAME_FIELD``, such as many ``AbstractUser``s."""
    user_model = get_user_model()
    field = {field.name: field for field in user_model._meta.concrete_fields}.get("username")
    if user_model.USERNAME_FIELD == "username" or not isinstance(field, CharField) or not field.unique:
        return {}
    name = next(free_names(identity, field), None)
    return {} if name is None else {"username": name}


def free_address(identity: Identity, field: Any) -> Iterator[str]:
    """Yield the person's address. If it could not be stored, check again: another request may have stored it."""
    authority = current_settings().AUTHORITIES.get(identity.authority)
    address = verified_address(identity, has_several_tenants=authority is None or authority.has_several_tenants)
    if address is None or not address.isascii() or not is_accepted(address, field):
        raise UserNotCreatable(expected="a verified address of the person, which is the user name here")
    same = users(field).filter(**{f"{field.name}__iexact": address})
    if same.exists():
        raise AccountExists()
    yield with_lower_domain(address)
    if same.exists():
        raise AccountExists()


def free_names(identity: Identity, field: Any) -> Iterator[str]:
    own, originals = own_username(identity), (identity.username, home_name(identity.username))
    for label in usernames(identity, field.max_length):
        name = accepted_form(label, field)
        if name is not None and not has_similar(name, field, also=originals if label == own else ()):
            yield name


def accepted_form(label: str, field: Any) -> str | None:
    """Return the first form of a label that the field accepts, or None. A label that is too long is not shortened."""
    if len(label) > (field.max_length or len(label)):
        return None
    return next((form for form in forms(label) if is_accepted(form, field)), None)


def is_accepted(name: str, field: Any) -> bool:
    """Return whether the validators of the field accept a name; the length is one of them."""
    try:
        field.run_validators(name)
    except ValidationError:
        return False
    return True


def has_similar(name: str, field: Any, *, also: tuple[str, ...] = ()) -> bool:
    """Return whether a user has this name in any case, a name that looks like it, or one of ``also``."""
    taken = Q(name_by_look=by_look(name))
    for same in {name, *also}:
        taken |= Q(**{f"{field.name}__iexact": same})
    return bool(users(field).alias(name_by_look=column_by_look(field)).filter(taken).exists())


def has_value(field: Any, value: str) -> bool:
    """Return whether a user has this value, in any case."""
    return users(field).filter(**{f"{field.name}__iexact": value}).exists()


def users(field: Any) -> QuerySet[Model]:
    """Return all users from the database for writing, including those that a manager hides."""
    user_model: type[Model] = field.model
    return user_model._base_manager.using(router.db_for_write(user_model))


def by_look(name: str) -> str:
    name = name.lower()
    for each, other in LOOK_ALIKE:
        name = name.replace(each, other)
    return name


def column_by_look(field: Any) -> Func:
    """Return ``by_look`` of a column, in SQL. PostgreSQL cannot replace under a collation that ignores case."""
    is_postgresql = connections[router.db_for_write(field.model)].vendor == "postgresql"
    column: Func = Lower(Collate(F(field.name), "C") if is_postgresql else F(field.name))
    for each, other in LOOK_ALIKE:
        column = Replace(column, Value(each), Value(other))
    return column
