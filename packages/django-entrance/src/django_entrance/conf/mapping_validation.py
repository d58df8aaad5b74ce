"""Validates ``CLAIM_MAPPING``: the shape of each entry, the fields that it names, and its functions."""

from collections.abc import Iterator, Mapping
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.contrib.auth import get_user_model

from django_entrance.conf.advice import Problem, type_with_article
from django_entrance.conf.claim_sources import ENTRY_KEYS, claim_of, flat_entries, is_path, is_profile
from django_entrance.conf.default_mapping import find_profile, may_write
from django_entrance.conf.functions import why_not_a_function

EXAMPLE = 'Write a claim "given_name", a list of claims, a function, or {"claim": …, "once": True}.'


def mapping_shape_problems(mapping: Mapping[Any, Any]) -> Iterator[Problem]:
    """Yield entries of the wrong type; the other rules rely on types."""
    for name, entry in mapping.items():
        place = f"ENTRANCE['CLAIM_MAPPING'][{name!r}]"
        if isinstance(name, str) and is_profile(entry):
            yield from profile_shape_problems(entry, place)
        elif not isinstance(name, str) or not is_entry(entry):
            yield Problem(check_id="E003", message=f"{place}: expected {found(entry)}.", hint=EXAMPLE)


def profile_shape_problems(entry: Mapping[Any, Any], place: str) -> Iterator[Problem]:
    if not entry or "once" in entry:
        hint = 'Write {"claim": "given_name", "once": True}, or for a profile {"department": "department"}.'
        yield Problem(check_id="E003", message=f"{place} has no claim.", hint=hint)
        return
    for field, each in entry.items():
        if not isinstance(field, str) or not is_entry(each):
            message = f"{place}[{field!r}]: expected {found(each)}."
            yield Problem(check_id="E003", message=message, hint=EXAMPLE)


def found(entry: object) -> str:
    return f"a claim, a list of claims or a function, got {type_with_article(entry)}"


def is_entry(entry: Any) -> bool:
    """Return whether an entry has a claim, claims or a function, and ``once`` as True or False."""
    if isinstance(entry, Mapping):
        is_whole = "claim" in entry and entry.keys() <= ENTRY_KEYS and isinstance(entry.get("once", True), bool)
        return is_whole and not isinstance(entry["claim"], Mapping) and is_entry(entry["claim"])
    if isinstance(entry, list | tuple):
        return bool(entry) and all(isinstance(each, str) and each for each in entry)
    return bool(entry) if isinstance(entry, str) else callable(entry)


def mapping_problems(mapping: Mapping[str, Any]) -> Iterator[Problem]:
    for path, entry in flat_entries(mapping).items():
        yield from field_problems(path)
        yield from function_problems(path, claim_of(entry))


def field_problems(path: str) -> Iterator[Problem]:
    """Yield a problem for a field that no claim may write, or a profile that the user model does not have."""
    user_model, (name, _, field) = get_user_model().__name__, path.partition(".")
    if field and find_profile(name) is None:
        message = f"ENTRANCE['CLAIM_MAPPING'] maps fields of {name!r}, which is no one-to-one profile of {user_model}."
        hint = "Name the profile as its OneToOneField to the user model does, by related_name or the model's name."
        yield Problem(check_id="E010", message=message, hint=hint)
    elif field and not may_write(path):
        message = f"ENTRANCE['CLAIM_MAPPING'] may not write {field!r} of {name!r}."
        yield Problem(check_id="E010", message=message, hint="Name a text field of the profile.")
    elif not may_write(path):
        message = f"ENTRANCE['CLAIM_MAPPING'] may not write {name!r} of {user_model}."
        hint = "Name a text field of the user model other than the user name and the password."
        yield Problem(check_id="E010", message=message, hint=hint)


def function_problems(path: str, claim: Any) -> Iterator[Problem]:
    """Yield a problem for a function that cannot be called: it takes an Identity and returns a text or None."""
    reason = ""
    if is_path(claim):
        reason = why_not_a_function(claim)
    elif iscoroutinefunction(claim):
        reason = "it is async, and provisioning calls it in sync code"
    if reason:
        message = f"ENTRANCE['CLAIM_MAPPING'] has no function for {path!r}: {reason}."
        hint = "Write the dotted path of a function that takes an Identity and returns a text or None."
        list_hint = f' If it is the name of a claim, write it in a list: ["{claim}"].' if is_path(claim) else ""
        yield Problem(check_id="E020", message=message, hint=hint + list_hint)
