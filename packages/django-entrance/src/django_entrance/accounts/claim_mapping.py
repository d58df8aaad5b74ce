"""Maps claims to fields of the user model, as far as each field can hold them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import F, UniqueConstraint

from django_entrance.accounts.addresses import first_own_address, holds_addresses, verified_address
from django_entrance.accounts.identity_cache import IdentityCache
from django_entrance.conf.options import EntranceSettings
from django_entrance.verification.identity import Identity, first_text


@IdentityCache
def mapped_fields(identity: Identity, settings: EntranceSettings) -> Mapping[str, str]:
    """Return the values of the user's fields by ``CLAIM_MAPPING``; of several claims the first that is present.

    The result is cached, since the claims of an identity never change.
    """
    fields = mapped_model_fields(settings)
    is_open = settings.AUTHORITIES[identity.authority].has_several_tenants
    values = {
        name: claimed_value(identity, settings.CLAIM_MAPPING[name], field, has_several_tenants=is_open)
        for name, field in fields.items()
    }
    fitted = {name: fitted_value(value, fields[name]) for name, value in values.items() if value is not None}
    return {name: value for name, value in fitted.items() if value is not None}


def mapped_model_fields(settings: EntranceSettings) -> dict[str, Any]:
    return {name: get_user_model()._meta.get_field(name) for name in settings.CLAIM_MAPPING}


def claimed_value(identity: Identity, claims: Sequence[str], field: Any, *, has_several_tenants: bool) -> str | None:
    """Return the claims' value for a field, or None.

    With several tenants, a unique address field takes only a verified ``email``: an unverified one could lock its owner
    out.
    """
    if not holds_addresses(field):
        return first_text(identity.claims, claims)
    if has_several_tenants and is_unique(field):
        return verified_address(identity, has_several_tenants=True) if "email" in claims else None
    return first_own_address(identity, claims)


def lacks_required_address(identity: Identity, settings: EntranceSettings) -> bool:
    """Return whether the user model requires a unique address and the claims have none.

    The first such person would be stored with an empty address, and the second could not be: only NULL may repeat.
    """
    values = mapped_fields(identity, settings)
    return any(
        holds_addresses(field) and is_unique_when_empty(field) and not (stores_null(field) or name in values)
        for name, field in mapped_model_fields(settings).items()
    )


def unique_addresses(identity: Identity, settings: EntranceSettings) -> dict[str, tuple[Any, str]]:
    """Return the mapped addresses that must be unique, by field name: the field and its value."""
    values = mapped_fields(identity, settings)
    fields = mapped_model_fields(settings)
    return {
        name: (fields[name], values[name])
        for name in values
        if holds_addresses(fields[name]) and is_unique(fields[name])
    }


def stores_null(field: Any) -> bool:
    return bool(field.null and field.get_default() is None)


def is_unique_when_empty(field: Any) -> bool:
    """Return whether only one user may have an empty string there; a constraint with a condition may allow more."""
    constraints = [each for each in field.model._meta.constraints if isinstance(each, UniqueConstraint)]
    return field.unique or any(each.condition is None and field.name in each.fields for each in constraints)


def is_unique(field: Any) -> bool:
    """Return whether the model declares a field unique: alone, with other fields, or in an expression."""
    options = field.model._meta
    together = {name for names in options.unique_together for name in names}
    for constraint in options.constraints:
        if isinstance(constraint, UniqueConstraint):
            together |= {*constraint.fields, *map(name_in, parts_of(constraint.expressions))}
    return field.unique or field.name in together


def parts_of(expressions: Iterable[Any]) -> Iterator[Any]:
    for expression in expressions:
        yield from expression.flatten() if hasattr(expression, "flatten") else (expression,)


def name_in(part: Any) -> str:
    return str(vars(part)["name"]) if isinstance(part, F) else ""


def fitted_value(value: str, field: Any) -> str | None:
    """Return a value that the field accepts, or None: names are cut to length, invalid addresses are dropped."""
    value = value if holds_addresses(field) else value[: field.max_length]
    try:
        field.run_validators(value)
    except ValidationError:
        return None
    return value
