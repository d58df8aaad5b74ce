"""Reads the entries of ``CLAIM_MAPPING``: claims or a function, for a field of the user or of its profile."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.module_loading import import_string

from django_entrance.verification.identity import Identity

DOTTED_PATH = re.compile(r"(?!extn\.)[^\W\d]\w*(?:\.[^\W\d]\w*)+")
"""The path of a function. Entra writes directory extensions as ``extn.name``; other claims with dots go in a list."""

ENTRY_KEYS = frozenset({"claim", "once"})

ClaimFunction = Callable[[Identity], str | None]


class ClaimSource(NamedTuple):
    """Where a field's value comes from: the first of ``claims`` that is present, or ``function``.

    With ``once`` it is written only when the user is created, so that edits made in Django stay.
    """

    claims: tuple[str, ...] = ()
    function: ClaimFunction | None = None
    once: bool = False


def read_mapping(raw: Mapping[str, Any]) -> dict[str, ClaimSource]:
    """Return the sources by field; a field of a profile is ``profile.field``."""
    return {path: read_source(entry) for path, entry in flat_entries(raw).items()}


def flat_entries(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of the user and of its profiles in one dict."""
    entries: dict[str, Any] = {}
    for name, entry in raw.items():
        if is_profile(entry):
            entries |= {f"{name}.{field}": each for field, each in entry.items()}
        else:
            entries[name] = entry
    return entries


def is_profile(entry: object) -> bool:
    """Return whether an entry maps the fields of a profile; an entry with "claim" is of one field."""
    return isinstance(entry, Mapping) and not ("claim" in entry and entry.keys() <= ENTRY_KEYS)


def read_source(entry: Any) -> ClaimSource:
    if isinstance(entry, Mapping):
        return read_source(entry["claim"])._replace(once=bool(entry.get("once")))
    if callable(entry):
        return ClaimSource(function=entry)
    if is_path(entry):
        return ClaimSource(function=import_string(entry))
    return ClaimSource(claims=(entry,) if isinstance(entry, str) else tuple(entry))


def claim_of(entry: Any) -> Any:
    """Return the claim, claims or function of an entry, without "once"."""
    return entry["claim"] if isinstance(entry, Mapping) else entry


def is_path(entry: object) -> bool:
    return isinstance(entry, str) and DOTTED_PATH.fullmatch(entry) is not None
