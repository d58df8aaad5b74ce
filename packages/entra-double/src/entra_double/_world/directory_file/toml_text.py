"""Writes values as TOML."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_WIDTH = 100


def toml_table(header: str, table: Mapping[str, object]) -> str:
    """Give an item of an array of tables; members that are None are left out."""
    pairs = (f"{toml_key(key)} = {toml_value(value)}" for key, value in table.items() if value is not None)
    return "\n".join((f"[[{header}]]", *pairs)) + "\n"


def toml_key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def toml_value(value: object) -> str:
    """Give a value; a long list gets a line for each item."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case datetime.datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case list():
            items = [toml_value(item) for item in value]
            line = f"[{', '.join(items)}]"
            return line if len(line) <= _WIDTH else "[\n" + "".join(f"  {item},\n" for item in items) + "]"
        case dict():
            pairs = (f"{toml_key(key)} = {toml_value(one)}" for key, one in value.items() if one is not None)
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return str(value)


def _text(text: str) -> str:
    if "\n" in text and "'''" not in text and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text):
        return f"'''\n{text}'''"
    return '"' + _ESCAPED.sub(lambda match: _SHORT.get(match[0], f"\\u{ord(match[0]):04x}"), text) + '"'
