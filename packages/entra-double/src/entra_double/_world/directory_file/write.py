"""Writes a directory as a directory file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from entra_double._world.directory import Directory
from entra_double._world.directory_file.forms import Scope
from entra_double._world.directory_file.microsoft_graph import microsoft_graph
from entra_double._world.directory_file.names import names_in
from entra_double._world.directory_file.schema import INNER, TENANT
from entra_double._world.directory_file.toml_text import toml_table


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
        scope = Scope(tenant, tenant.domain, directory, names)
        yield toml_table("tenants", TENANT.write(tenant, scope))
        for key, form in INNER.items():
            own = (known for known in objects[key] if known.tenant_id == tenant.id and known != graph)
            tables = (form.write(known, scope) for known in own)
            yield from (toml_table(f"tenants.{key}", table) for table in tables if table is not None)
