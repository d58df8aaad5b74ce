"""Reads a directory file into a directory, or says what is wrong in which line."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from entra_double._world.directory import Directory
from entra_double._world.directory_file.forms import check
from entra_double._world.directory_file.homes import Home, Once
from entra_double._world.directory_file.names import Principals
from entra_double._world.directory_file.places import find_places
from entra_double._world.directory_file.problems import DirectoryError, Problem
from entra_double._world.directory_file.read_access import read_assignments, read_contexts, read_grants, read_policies
from entra_double._world.directory_file.read_applications import read_application, with_references
from entra_double._world.directory_file.read_principals import read_entries, read_groups, read_people
from entra_double._world.directory_file.schema import FILE
from entra_double._world.ids import CONSUMERS, GRAPH_CLIENT_ID, derived_id
from entra_double._world.microsoft_graph import microsoft_graph
from entra_double._world.principals import Tenant
from entra_double._world.registration import AppRegistration

_log = logging.getLogger("entra_double.directory")


def read_directory(path: FilePath | str, *, text: str | None = None) -> Directory:
    """Read a directory file; docs/entra-double/entra-double-toml.md says what may stand in it.

    Microsoft Graph is in every directory. A warning is logged for a tenant that looks like a real one.

    Args:
        path: The file; what it names beside itself, such as certificates, is looked for in its folder.
        text: Its content, if it is not to be read; then no other file is read either, and `path` is a name for errors.

    Raises:
        DirectoryError: The file cannot be read or says what cannot be; the message has file and line.
    """
    source = _read(FilePath(path)) if text is None else text
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        says, _, place = str(error).partition(" (at line ")
        line = int(place.partition(",")[0]) if place else source.count("\n") + 1
        raise DirectoryError(str(path), line, f"this is no TOML: {says[:1].lower()}{says[1:]}") from None
    except (RecursionError, ValueError):  # a number of thousands of digits is a ValueError
        raise DirectoryError(str(path), None, "is nested too deeply, or has a number that is too long") from None
    try:
        return _build(data, FilePath(path).parent if text is None else None)
    except Problem as problem:
        places = find_places(source)
        first = f" (first in line {places[problem.first]})" if problem.first else ""
        raise DirectoryError(str(path), places.get(problem.path, 1), problem.says + first) from None


def _read(path: FilePath) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DirectoryError(str(path), None, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DirectoryError(str(path), None, "is not UTF-8 text") from None


def _build(data: dict[str, Any], folder: FilePath | None) -> Directory:
    check(data, FILE, ())
    if not data["tenants"]:
        raise Problem(("tenants",), "a directory has at least one tenant")
    once = Once()
    tables = list(enumerate(data["tenants"]))
    homes = [Home(_tenant(table), table, ("tenants", number), once) for number, table in tables]
    for home in homes:
        for name in (home.tenant.id, home.tenant.domain, *home.tenant.domains):
            once.check(("tenant", name.lower()), home.path, f"the tenant {name!r}")
        _warn_of_a_real_one(home.tenant, home.table)
    return _fill(homes, folder)


def _fill(homes: list[Home], folder: FilePath | None) -> Directory:
    """Put the world together: first what has a name, then what refers to names."""
    tenants = {home.tenant.id: home.tenant for home in homes}
    names = Principals({tenant.id: tenant.domain for tenant in tenants.values()})
    applications = [
        read_application(table, path, home, folder) for home in homes for path, table in home.tables("applications")
    ]
    if all(known.client_id != GRAPH_CLIENT_ID for known in applications):
        applications.append(microsoft_graph(homes[0].tenant.id))
    for known in applications:
        names.add_application(known)
    entries = _all(read_entries(home, names) for home in homes)
    _add_entries(names, homes, applications, Directory(applications=tuple(applications), service_principals=entries))
    people = read_people(homes, names)
    groups = _all(read_groups(home, names) for home in homes)
    by_id = {known.client_id: known for known in applications}
    for home in homes:
        for path, table in home.tables("applications"):
            client_id = home.client_id_of(table)
            by_id[client_id] = with_references(by_id[client_id], table, path, names, by_id)
    return Directory(
        tenants=tuple(tenants.values()),
        applications=tuple(by_id.values()),
        people=people,
        service_principals=entries,
        groups=groups,
        assignments=_all(read_assignments(home, names, by_id) for home in homes),
        grants=_all(read_grants(home, names, by_id) for home in homes),
        policies=_all(read_policies(home, names) for home in homes),
        contexts=_all(read_contexts(home) for home in homes),
    )


def _add_entries(
    names: Principals, homes: list[Home], applications: list[AppRegistration], directory: Directory
) -> None:
    for home in homes:
        for known in applications:
            if entry := directory.service_principal(home.tenant.id, known.client_id):
                names.add_entry(entry, known)


def _all(parts: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(one for part in parts for one in part)


def _tenant(table: dict[str, Any]) -> Tenant:
    known_id = CONSUMERS if table.get("personal") else derived_id("tenant", table["domain"])
    plain = ("region", "country", "access_token_lifetime", "most_groups")
    return replace(
        Tenant(id=table.get("id", known_id).lower(), domain=table["domain"], name=table["name"]),
        domains=tuple(table.get("domains", ())),
        **{key: table[key] for key in plain if key in table},
    )


def _warn_of_a_real_one(tenant: Tenant, table: dict[str, Any]) -> None:
    if "id" in table and any(name.lower().endswith(".onmicrosoft.com") for name in (tenant.domain, *tenant.domains)):
        _log.warning(
            "The tenant %s looks like a real one: entra-double needs none of its ids or secrets.", tenant.domain
        )
