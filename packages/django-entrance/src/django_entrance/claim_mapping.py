"""Claims → fields of a user: the default for the user model in use, and what each field can hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import CharField, TextField

from django_entrance.addresses import first_own_address, holds_addresses
from django_entrance.derived import Derived
from django_entrance.entrance_settings import EntranceSettings
from django_entrance.verification.identity import Identity, first_text

#: Fields of a user that no claim may ever write.
GUARDED_FIELDS = frozenset(
    {"id", "pk", "password", "is_active", "is_staff", "is_superuser", "last_login", "date_joined"}
)


def default_mapping() -> dict[str, str | list[str]]:
    """Return ``CLAIM_MAPPING`` for who sets none: what the user model lacks, or has as its user name, is left out."""
    usual: dict[str, str | list[str]] = {
        "first_name": "given_name",
        "last_name": "family_name",
        get_user_model().get_email_field_name(): ["email", "upn", "preferred_username"],
    }
    return {name: claims for name, claims in usual.items() if may_write(name)}


def may_write(name: str) -> bool:
    """Return whether claims may write a field of the user model: it holds text, and is no user name or guarded."""
    user_model = get_user_model()
    try:
        field = user_model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return isinstance(field, CharField | TextField) and name not in GUARDED_FIELDS | {user_model.USERNAME_FIELD}


@Derived
def mapped_fields(identity: Identity, settings: EntranceSettings) -> Mapping[str, str]:
    """Return the user's fields as ``CLAIM_MAPPING`` has them; of several claims the first that is present counts.

    The same token says the same, so an identity that is remembered is read once.
    """
    fields = {name: get_user_model()._meta.get_field(name) for name in settings.CLAIM_MAPPING}
    values = {name: claimed(identity, settings.CLAIM_MAPPING[name], field) for name, field in fields.items()}
    fitting = {name: fit(value, fields[name]) for name, value in values.items() if value is not None}
    return {name: value for name, value in fitting.items() if value is not None}


def claimed(identity: Identity, claims: Sequence[str], field: Any) -> str | None:
    if holds_addresses(field):
        return first_own_address(identity, claims)
    return first_text(identity.claims, claims)


def fit(value: str, field: Any) -> str | None:
    """Return the value as the field can hold it: names are cut to length, what is no valid address is left out."""
    value = value if holds_addresses(field) else value[: field.max_length]
    try:
        field.run_validators(value)
    except ValidationError:
        return None
    return value
