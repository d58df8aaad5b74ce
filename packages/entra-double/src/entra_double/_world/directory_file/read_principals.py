"""Reads people, groups, and the identities that applications have in a tenant."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from entra_double._world.directory_file.homes import Home, Table, principal_name, seconds
from entra_double._world.directory_file.names import Principals
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.ids import derived_id, is_guid
from entra_double._world.principals import Group, Person, ServicePrincipal

_AS_THEY_ARE = ("email", "email_verified", "enabled", "identity_provider", "country", "language")


def read_people(homes: list[Home], names: Principals) -> tuple[Person, ...]:
    """Read the people of all tenants; guests are looked for at home."""
    tenants = {name.lower(): home for home in reversed(homes) for name in _names_of(home)}
    people: list[Person] = []
    ids_at_home: dict[tuple[str, str], str] = {}
    guests: list[tuple[int, Table]] = []
    for home in homes:
        for path, table in home.tables("people"):
            person = _person(table, path, home, tenants)
            _check_once(person, path, home)
            names.add_person(person)
            ids_at_home.setdefault((person.tenant_id, person.username.lower()), person.object_id)
            if person.is_guest and "home_id" not in table:
                guests.append((len(people), table))
            people.append(person)
    for position, table in guests:
        guest = people[position]
        at_home = ids_at_home.get((guest.home_tenant_id, guest.username.lower()))
        derived = derived_id("person", table["home"], guest.username)
        people[position] = replace(guest, home_object_id=at_home or derived)
    return tuple(people)


def _names_of(home: Home) -> tuple[str, ...]:
    return (home.tenant.id, *home.tenant.domains, home.tenant.domain)


def _person(table: Table, path: Path, home: Home, tenants: dict[str, Home]) -> Person:
    tenant, name = home.tenant, table["name"]
    username = home.username_of(table)
    first, _, last = name.rpartition(" ")
    home_tenant = _home_of(table, path, tenants) if "home" in table else tenant.id
    object_id = home.person_id_of(table)
    usual = principal_name(username, tenant.domain, is_guest=home_tenant != tenant.id)
    return Person(
        object_id=object_id,
        tenant_id=tenant.id,
        username=username,
        name=name,
        given_name=table.get("given_name", first or last),
        family_name=table.get("family_name", last if first else ""),
        user_principal_name=table.get("user_principal_name", usual),
        home_tenant_id=home_tenant,
        home_object_id=table.get("home_id", object_id).lower(),
        valid_from=seconds(table.get("valid_from", 0)),
        methods=frozenset(table.get("methods", ("pwd", "mfa"))),
        directory_roles=tuple(table.get("directory_roles", ())),
        **{key: table[key] for key in _AS_THEY_ARE if key in table},
    )


def _home_of(table: Table, path: Path, tenants: dict[str, Home]) -> str:
    text = table["home"]
    if known := tenants.get(text.lower()):
        return known.tenant.id
    if is_guid(text):
        return str(text).lower()
    known_ones = (home.tenant.domain for home in tenants.values())
    raise Problem((*path, "home"), f"there is no tenant called {text!r}{did_you_mean(text, known_ones)}")


def _check_once(person: Person, path: Path, home: Home) -> None:
    home.once.check(("principal", person.object_id), path, f"the id {person.object_id}")
    home.once.check(("username", person.tenant_id, person.username.lower()), path, f"the user {person.username!r}")


def read_groups(home: Home, names: Principals) -> tuple[Group, ...]:
    """Read a tenant's groups with their members, those included that say so themselves."""
    groups: list[Group] = []
    for path, table in home.tables("groups"):
        group = _group(table, home)
        home.once.check(("principal", group.object_id), path, f"the group {group.name!r}")
        names.add_group(group)
        groups.append(group)
    members: defaultdict[str, set[str]] = defaultdict(set)
    for (path, table), group in zip(home.tables("groups"), groups, strict=True):
        members[group.object_id] |= {
            names.principals.one(home.tenant.id, text, (*path, "members", position))
            for position, text in enumerate(table.get("members", ()))
        }
    for path, table in home.tables("people"):
        for position, text in enumerate(table.get("groups", ())):
            group_id = names.groups.one(home.tenant.id, text, (*path, "groups", position))
            members[group_id].add(home.person_id_of(table))
    return tuple(replace(group, members=frozenset(members[group.object_id])) for group in groups)


def _group(table: Table, home: Home) -> Group:
    plain = ("security", "mail", "sam_account_name", "dns_domain", "netbios_domain")
    return Group(
        object_id=home.group_id_of(table),
        tenant_id=home.tenant.id,
        name=table["name"],
        **{key: table[key] for key in plain if key in table},
    )


def read_entries(home: Home, names: Principals) -> tuple[ServicePrincipal, ...]:
    """Read the service principals that differ from the default, and those of applications from elsewhere."""
    entries = [
        (path, ServicePrincipal(tenant_id=home.tenant.id, client_id=home.client_id_of(table), assignment_required=True))
        for path, table in home.tables("applications")
        if table.get("assignment_required")
    ]
    for path, table in home.tables("service_principals"):
        client_id = names.applications.one(home.tenant.id, table["application"], (*path, "application"))
        plain = {key: table[key] for key in ("enabled", "assignment_required") if key in table}
        known_id = table.get("id", "").lower()
        entries.append(
            (path, ServicePrincipal(tenant_id=home.tenant.id, client_id=client_id, object_id=known_id, **plain))
        )
    for path, entry in entries:
        home.once.check(("entry", home.tenant.id, entry.client_id), path, "the service principal of this application")
    return tuple(entry for _, entry in entries)
