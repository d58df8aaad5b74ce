"""Checks the form of single values of a directory file, and of whole tables."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.ids import is_guid
from entra_double._world.times import LAST_MOMENT, LONGEST_LIFE

Check = Callable[[object, Path], None]
"""Raises `Problem` if a value has not the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A table: its name in messages, its keys, and those that may not be left out."""

    name: str
    keys: Mapping[str, Check]
    required: tuple[str, ...] = ()


def check(table: Mapping[str, object], schema: Schema, path: Path) -> None:
    """Check a table and everything in it.

    Raises:
        Problem: At the first key that is unknown, missing or not of its form.
    """
    for key, value in table.items():
        checks = schema.keys.get(key)
        if checks is None:
            raise Problem((*path, key), f"unknown key {key!r} in {schema.name}{did_you_mean(key, schema.keys)}")
        checks(value, (*path, key))
    for key in schema.required:
        if key not in table:
            raise Problem(path, f"{key!r} is missing in {schema.name}")


def form(says: str, fits: Callable[[object], bool]) -> Check:
    """Make the check of a form; `says` ends the sentence that the key must be so."""

    def checks(value: object, path: Path) -> None:
        if not fits(value):
            raise Problem(path, f"{_key_of(path)!r} must be {says}")

    return checks


def _key_of(path: Path) -> str:
    return next(part for part in reversed(path) if isinstance(part, str))


def choice(kind: type[StrEnum]) -> Check:
    """Give the form of a text that is one of few."""
    known = [str(member) for member in kind]

    def checks(value: object, path: Path) -> None:
        if value not in known:
            raise Problem(path, f"{_key_of(path)!r} cannot be {value!r}{did_you_mean(str(value), known)}")

    return checks


def each(item: Check) -> Check:
    """Give the form of a list whose items are all of one form."""
    return _all(form("a list", lambda value: isinstance(value, list)), item, enumerate)


def named(item: Check) -> Check:
    """Give the form of a table whose keys are names of the directory, and whose values are all of one form."""
    is_table = form('a table such as { "Logbook API" = [...] }', lambda value: isinstance(value, dict))
    return _all(is_table, item, dict.items)


def _all(whole: Check, item: Check, parts: Callable[[Any], Iterable[tuple[str | int, object]]]) -> Check:
    """Give the form of a value of the form `whole`, each of whose `parts` is of the form `item`."""

    def checks(value: object, path: Path) -> None:
        whole(value, path)
        for key, one in parts(value):
            item(one, (*path, key))

    return checks


def table(schema: Schema) -> Check:
    """Give the form of a table of its own."""
    is_table = form("a table", lambda value: isinstance(value, dict))

    def checks(value: object, path: Path) -> None:
        is_table(value, path)
        assert isinstance(value, dict)
        check(value, schema, path)

    return checks


def text_or(schema: Schema) -> Check:
    """Give the form of a table that may be a text alone."""
    as_table = table(schema)

    def checks(value: object, path: Path) -> None:
        (TEXT if isinstance(value, str) else as_table)(value, path)

    return checks


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and not _UNSEEN.search(value)


def _is_whole(value: object, least: int = 0, most: float = math.inf) -> bool:
    return type(value) is int and least <= value <= most


def _is_moment(value: object) -> bool:
    if isinstance(value, datetime.datetime):
        return value.tzinfo is not None and 0 <= value.timestamp() < LAST_MOMENT + 1
    return _is_whole(value, most=LAST_MOMENT) or (isinstance(value, datetime.date) and value.year >= 1970)


def _matching(pattern: str) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(pattern, value) is not None and not _UNSEEN.search(value)

    return fits


TEXT = form("a text of visible characters", _is_text)
ANY_TEXT = form("a text", lambda value: isinstance(value, str))
FLAG = form("true or false", lambda value: isinstance(value, bool))
COUNT = form("a whole number, 0 or more", _is_whole)
SECONDS = form(f"a whole number of seconds, from 1 to {LONGEST_LIFE}", lambda value: _is_whole(value, 1, LONGEST_LIFE))
GUID = form("a GUID", lambda value: isinstance(value, str) and is_guid(value))
MOMENT = form(
    "a time with its offset, such as 2027-01-31T12:00:00Z, a date, or seconds since 1970, up to the year 9999",
    _is_moment,
)
DOMAIN = form("a domain, such as contoso.example", _matching(r"(?i)[a-z0-9]([a-z0-9.-]*[a-z0-9])?"))
VERSION = form('1 or 2, or "null" as Graph leaves it', lambda value: value == "null" or _is_whole(value, 1, 2))
CONTEXT_ID = form("c1 to c99", _matching("c[1-9][0-9]?"))
USERNAME = form("a user name, such as ada or ada@contoso.example", _matching(r"[^\s@]+(@[^\s@]+)?"))
ADDRESS = form("an address, such as ada@contoso.example", _matching(r"\S+@\S+"))
TEXTS = each(TEXT)
