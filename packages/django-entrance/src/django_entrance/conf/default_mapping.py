"""The default of ``CLAIM_MAPPING`` for the user model in use, and the fields that a mapping may name."""

from collections.abc import Container
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Model, OneToOneRel, TextField

#: Fields of a user that no claim may write.
GUARDED_FIELDS = frozenset(
    {"id", "pk", "password", "is_active", "is_staff", "is_superuser", "last_login", "date_joined"}
)


def default_mapping() -> dict[str, str | list[str]]:
    """Return the default mapping, without fields that the user model lacks or uses as its user name."""
    usual: dict[str, str | list[str]] = {
        "first_name": "given_name",
        "last_name": "family_name",
        get_user_model().get_email_field_name(): ["email", "upn", "preferred_username"],
    }
    return {name: claims for name, claims in usual.items() if may_write(name)}


def may_write(path: str) -> bool:
    """Return whether claims may write a field of the user model, or ``profile.field`` of a one-to-one profile."""
    return find_field(path) is not None


def find_field(path: str) -> Any:
    """Return the field of that path if claims may write it, else None: a text field, neither guarded nor a key.

    The user name is guarded, too.
    """
    name, _, field = path.partition(".")
    user_model = get_user_model()
    if not field:
        return text_field(user_model, name, GUARDED_FIELDS | {user_model.USERNAME_FIELD})
    relation = find_profile(name)
    return None if relation is None else text_field(relation.related_model, field, GUARDED_FIELDS)


def find_profile(name: str) -> Any:
    """Return the one-to-one relation of that name from a profile to the user model, or None."""
    try:
        relation = get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    is_profile = isinstance(relation, OneToOneRel) and not relation.parent_link
    return relation if is_profile else None


def text_field(model: type[Model], name: str, guarded: Container[str]) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    is_text = isinstance(field, CharField | TextField) and not field.primary_key
    return field if is_text and name not in guarded else None
