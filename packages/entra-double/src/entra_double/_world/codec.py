"""Turns the things of a directory into JSON and back."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from entra_double._world.directory_objects import PLACES, Thing

KINDS: Mapping[str, type[Thing]] = {place: kind for kind, place in PLACES.items()}
"""Name of the kind → its type."""


def to_json(thing: Thing) -> str:
    """Give a thing as the text of a JSON object; the same thing always gives the same text."""
    return json.dumps(_plain(thing), ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[Thing], text: str) -> Thing:
    """Give the thing that `to_json` made a text of. Members that are missing have their defaults.

    Raises:
        ValueError: The text is not that of such a thing.
    """
    try:
        thing: Thing = _read(kind, json.loads(text))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"This is no {kind.__name__}: {error}") from None
    return thing


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Enum) else value


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = (option for option in get_args(kind) if option is not type(None))
        return None if value is None else _read(inner, value)
    if origin is Literal:
        return value
    if origin in (tuple, frozenset):
        inner = get_args(kind)[0]
        return origin(_read(inner, item) for item in value)
    if kind is bytes:
        return base64.b64decode(value)
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class has a hash
        return kind(**{name: _read(hints[name], member) for name, member in value.items()})  # type: ignore[operator]
    return kind(value)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
