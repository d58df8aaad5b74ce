"""Writes a directory as a directory file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from entra_double._world.directory import Directory
from entra_double._world.directory_file.forms import Context
from entra_double._world.directory_file.microsoft_graph import microsoft_graph
from entra_double._world.directory_file.names import names_in
from entra_double._world.directory_file.schema import INNER, TENANT

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_WIDTH = 100


def write_directory(directory: Directory) -> str:
    """Return the text of a directory file that `read_directory` makes the same directory of.

    Everything comes in the order of its tenant, redirect URIs in that of their platforms. What belongs to no tenant of
    the directory, or refers to what is not there, has no meaning and is left out.
    """
    return "\n".join(_tables(directory))


def _tables(directory: Directory) -> Iterator[str]:
    names = names_in(directory)
    graph = microsoft_graph(directory.tenants[0].id) if directory.tenants else None
    objects: dict[str, Iterable[Any]] = {
        key: getattr(directory, "policies" if key == "conditional_access" else key) for key in INNER
    }
    for tenant in directory.tenants:
        context = Context(tenant, tenant.domain, directory, names)
        yield _toml_table("tenants", TENANT.write(tenant, context))
        for key, form in INNER.items():
            own = (known for known in objects[key] if known.tenant_id == tenant.id and known != graph)
            tables = (form.write(known, context) for known in own)
            yield from (_toml_table(f"tenants.{key}", table) for table in tables if table is not None)


def _toml_table(header: str, table: Mapping[str, object]) -> str:
    """Return an item of an array of tables; members that are None are left out."""
    pairs = (f"{_key(key)} = {_value(value)}" for key, value in table.items() if value is not None)
    return "\n".join((f"[[{header}]]", *pairs)) + "\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    """Return a value as TOML; a long list gets a line for each item."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case datetime.datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case list():
            items = [_value(item) for item in value]
            line = f"[{', '.join(items)}]"
            return line if len(line) <= _WIDTH else "[\n" + "".join(f"  {item},\n" for item in items) + "]"
        case dict():
            pairs = (f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None)
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return str(value)


def _text(text: str) -> str:
    if "\n" in text and "'''" not in text and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text):
        return f"'''\n{text}'''"
    return '"' + _ESCAPED.sub(lambda match: _SHORT.get(match[0], f"\\u{ord(match[0]):04x}"), text) + '"'
