"""Gives the tables of one tenant, and refuses what stands in the file twice."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from entra_double._world.directory_file.problems import Path, Problem
from entra_double._world.ids import derived_id
from entra_double._world.principals import Tenant

Table = dict[str, Any]
"""A table that the schema has been checked of."""


class Once:
    """Remembers where each thing stands."""

    def __init__(self) -> None:
        self._paths: dict[Hashable, Path] = {}

    def check(self, identity: Hashable, path: Path, what: str) -> None:
        """Refuse what was there before.

        Raises:
            Problem: Something else has this identity.
        """
        first = self._paths.setdefault(identity, path)
        if first is not path:
            raise Problem(path, f"{what} is there twice", first=first)


@dataclass(frozen=True, slots=True)
class Home:
    """A tenant with its table in the file."""

    tenant: Tenant
    table: Table
    path: Path
    once: Once

    def tables(self, key: str) -> Iterator[tuple[Path, Table]]:
        """Give the tables in an array of tables, with their paths."""
        for position, table in enumerate(self.table.get(key, ())):
            yield (*self.path, key, position), table

    def id_for(self, table: Table, kind: str, name: str) -> str:
        """Give the id that a table has, or the one that follows from tenant and name."""
        return str(table["id"]).lower() if "id" in table else derived_id(kind, self.tenant.domain, name)

    def username_of(self, table: Table) -> str:
        """Give a person's user name; a short one is of the tenant's domain."""
        text = str(table["username"])
        return text if "@" in text else f"{text}@{self.tenant.domain}"

    def person_id_of(self, table: Table) -> str:
        """Give a person's object id; one that follows begins with zeros for a personal account, as in the service."""
        known = self.id_for(table, "person", self.username_of(table))
        return f"00000000-0000-0000-{known[19:]}" if self.tenant.is_personal and "id" not in table else known

    def group_id_of(self, table: Table) -> str:
        return self.id_for(table, "group", table["name"])

    def client_id_of(self, table: Table) -> str:
        known = table.get("client_id")
        return str(known).lower() if known else derived_id("client", self.tenant.domain, table["name"])


def seconds(moment: int | datetime.datetime | datetime.date) -> int:
    """Give a time in seconds since 1970; a date begins at midnight UTC."""
    if isinstance(moment, int):
        return moment
    if isinstance(moment, datetime.datetime):
        return int(moment.timestamp())
    return int(datetime.datetime(moment.year, moment.month, moment.day, tzinfo=datetime.UTC).timestamp())


def principal_name(username: str, domain: str, *, is_guest: bool) -> str:
    """Give the user principal name that follows from a user name; a guest's is made of the address at home."""
    return f"{username.replace('@', '_')}#EXT#@{domain}" if is_guest else username
