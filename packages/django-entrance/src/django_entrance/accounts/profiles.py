"""Reads and writes the mapped fields of a user's one-to-one profile. They are named ``profile.field``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import F

from django_entrance.conf.options import EntranceSettings

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


def is_of_profile(path: str) -> bool:
    return "." in path


def own_fields(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if not is_of_profile(path)]


@lru_cache(maxsize=8)
def profile_paths(settings: EntranceSettings) -> tuple[str, ...]:
    """Return the mapped fields of profiles, which are read together with the user."""
    return tuple(filter(is_of_profile, settings.CLAIM_MAPPING))


def profile_columns(paths: Iterable[str]) -> dict[str, str]:
    """Return the columns to read with the user by a join: attribute → path of the field, as ``F`` takes it."""
    return {attribute_of(path): path.replace(".", "__") for path in paths}


def attribute_of(path: str) -> str:
    """Return the user's attribute with the stored value of a field: its own, or the column of the join."""
    return f"entra_{path.replace('.', '__')}" if is_of_profile(path) else path


def field_of(path: str) -> Any:
    """Return the field of the user model or of the profile."""
    name, _, field = path.partition(".")
    found = get_user_model()._meta.get_field(name)
    return found.related_model._meta.get_field(field) if field else found  # type: ignore[union-attr]


def read_value(user: User, path: str) -> Any:
    return getattr(user, attribute_of(path))


def write_profiles(user: User, values: Mapping[str, str], alias: str) -> None:
    """Create or update the user's profiles. The transaction must have written the user's row before.

    That row serves as a lock: two requests that find no profile do not both create it.
    """
    by_profile: dict[str, dict[str, str]] = {}
    for path, value in values.items():
        name, _, field = path.partition(".")
        by_profile.setdefault(name, {})[field] = value
    for name, fields in by_profile.items():
        write_profile(user, user._meta.get_field(name), fields, alias)


def write_profile(user: User, relation: Any, fields: Mapping[str, str], alias: str) -> None:
    """Write fields of one profile, by its own ``save``; a signal receiver may have created it with the user."""
    model, owner = relation.related_model, {relation.field.name: user}
    profile = model._base_manager.using(alias).filter(**owner).first()
    if profile is None:
        model(**owner, **fields).save(using=alias, force_insert=True)
        return
    for field, value in fields.items():
        setattr(profile, field, value)
    profile.save(using=alias, update_fields=list(fields))


def lock_row(user: User, alias: str) -> None:
    """Write the user's row without a change: other writers wait, on SQLite too, where a read would not be enough."""
    name = user.USERNAME_FIELD
    type(user)._base_manager.using(alias).filter(pk=user.pk).update(**{name: F(name)})
