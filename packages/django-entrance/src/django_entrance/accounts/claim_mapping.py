"""Claims → fields of a user: the default for the user model in use, and what each field can hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import F, UniqueConstraint

from django_entrance.accounts.addresses import first_own_address, holds_addresses, vouched_address
from django_entrance.accounts.derived import Derived
from django_entrance.conf.options import EntranceSettings
from django_entrance.verification.identity import Identity, first_text


@Derived
def mapped_fields(identity: Identity, settings: EntranceSettings) -> Mapping[str, str]:
    """Return the user's fields as ``CLAIM_MAPPING`` has them; of several claims the first that is present counts.

    The same token says the same, so an identity that is remembered is read once.
    """
    fields = mapped_model_fields(settings)
    is_open = settings.AUTHORITIES[identity.authority].has_several_tenants
    values = {
        name: claimed(identity, settings.CLAIM_MAPPING[name], field, has_several_tenants=is_open)
        for name, field in fields.items()
    }
    fitting = {name: fit(value, fields[name]) for name, value in values.items() if value is not None}
    return {name: value for name, value in fitting.items() if value is not None}


def mapped_model_fields(settings: EntranceSettings) -> dict[str, Any]:
    return {name: get_user_model()._meta.get_field(name) for name in settings.CLAIM_MAPPING}


def claimed(identity: Identity, claims: Sequence[str], field: Any, *, has_several_tenants: bool) -> str | None:
    """Return what the claims say for a field. Where addresses are unique, one that is not vouched for would keep its
    owner out: of several tenants only a verified ``email`` is taken there."""
    if not holds_addresses(field):
        return first_text(identity.claims, claims)
    if has_several_tenants and is_unique(field):
        return vouched_address(identity, has_several_tenants=True) if "email" in claims else None
    return first_own_address(identity, claims)


def lacks_required_address(identity: Identity, settings: EntranceSettings) -> bool:
    """Return whether the user model requires an address that is unique, and the claims have none to be stored there.

    The first such person would be stored with an empty address, which keeps out the second: only NULL is shared.
    """
    values = mapped_fields(identity, settings)
    return any(
        holds_addresses(field) and is_unique_when_empty(field) and not (stores_null(field) or name in values)
        for name, field in mapped_model_fields(settings).items()
    )


def unique_addresses(identity: Identity, settings: EntranceSettings) -> dict[str, tuple[Any, str]]:
    """Return the mapped addresses that no two users may share, by the name of the field: the field and its value."""
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
    """Return whether two users may not both have an empty text there; a constraint's condition may let them."""
    constraints = [each for each in field.model._meta.constraints if isinstance(each, UniqueConstraint)]
    return field.unique or any(each.condition is None and field.name in each.fields for each in constraints)


def is_unique(field: Any) -> bool:
    """Return whether a field is unique as the model declares it: alone, with other fields, or in an expression."""
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


def fit(value: str, field: Any) -> str | None:
    """Return the value as the field can hold it: names are cut to length, what is no valid address is left out."""
    value = value if holds_addresses(field) else value[: field.max_length]
    try:
        field.run_validators(value)
    except ValidationError:
        return None
    return value
