"""Judges the form of settings: the names of keys, and the types of values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django_entrance.conf.advice import Fault, came, meant_by, would_do
from django_entrance.conf.options import OF_ALL, OF_AN_AUTHORITY

UNKNOWN_KEY = "E001"

NESTED = frozenset({"AUTHORITIES", "ACCESS"})
"""Dicts of dicts, which have rules of their own."""

Place = tuple[str, Mapping[str, Any], tuple[str, ...]]
"""A dict of settings: where it stands, what it has, and the keys that it may have."""


def key_faults(places: Iterable[Place]) -> Iterator[Fault]:
    """Each unknown key with the one that was meant; those that are like none together, with the known ones once."""
    like_none = []
    for where, own, known in places:
        for key in (key for key in own if key not in known):
            if hint := meant_by(str(key), known):
                yield Fault(check_id=UNKNOWN_KEY, message=f"{where} has an unknown key {key!r}.", hint=hint)
            else:
                like_none.append(f"{where}[{key!r}]")
    if like_none:
        hint = f"Known keys: {', '.join(sorted({*OF_AN_AUTHORITY, *OF_ALL}))}."
        yield Fault(check_id=UNKNOWN_KEY, message=f"No setting has this name: {', '.join(like_none)}.", hint=hint)


def type_faults(own: Mapping[str, Any], where: str, types: Mapping[str, tuple[Any, str]]) -> Iterator[Fault]:
    for key, value in own.items():
        kind, words = types.get(key, (object, ""))
        if value is None or not words or (is_a(kind, value) and (key in NESTED or are_texts(value))):
            continue
        message = f"{where}[{key!r}]: expected {words}, came {came(value)}."
        yield Fault(check_id="E003", message=message, hint=would_do(key, kind, value))


def is_a(kind: Any, value: object) -> bool:
    """True and False are whole numbers to Python, and not to us."""
    return isinstance(value, kind) and (bool in getattr(kind, "__args__", (kind,)) or not isinstance(value, bool))


def are_texts(value: object) -> bool:
    """A list holds only texts that are not empty; a mapping only texts and such lists; the rest is not asked."""
    if isinstance(value, list | tuple):
        return all(isinstance(item, str) and item for item in value)
    if isinstance(value, Mapping):
        return all(isinstance(item, str | list | tuple) and item and are_texts(item) for item in value.values())
    return True
