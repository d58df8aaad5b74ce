"""Knows by which names the things of a directory file refer to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from entra_double._world.directory import Directory
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.principals import Group, Person, ServicePrincipal
from entra_double._world.registration import AppRegistration

_EVERYWHERE = ""


class Names:
    """Leads from names and ids, in any case of letters, to ids. A name at home wins over one in another tenant."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._ids: set[tuple[str, str]] = set()
        self._by_name: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._spelled: dict[tuple[str, str], str] = {}

    def add(self, tenant_id: str, thing_id: str, *names: str, is_known_everywhere: bool = False) -> None:
        for place in (tenant_id, _EVERYWHERE) if is_known_everywhere else (tenant_id,):
            self._ids.add((place, thing_id))
            for name in names:
                self._by_name[place, name.casefold()].add(thing_id)
                self._spelled[place, name.casefold()] = name

    def find(self, tenant_id: str, text: str) -> set[str]:
        """Give the ids that a text may mean."""
        for place in (tenant_id, _EVERYWHERE):
            if (place, text.lower()) in self._ids:
                return {text.lower()}
            if found := self._by_name.get((place, text.casefold())):
                return found
        return set()

    def one(self, tenant_id: str, text: str, path: Path) -> str:
        """Give the id that a text means.

        Raises:
            Problem: It means nothing, or more than one thing.
        """
        found = self.find(tenant_id, text)
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Problem(path, f"there is more than one {self._what} called {text!r}; write the id of one")
        known = (name for (place, _), name in self._spelled.items() if place in (tenant_id, _EVERYWHERE))
        raise Problem(path, f"there is no {self._what} called {text!r}{did_you_mean(text, known)}")

    def text_for(self, tenant_id: str, thing_id: str, *names: str) -> str:
        """Give the first of the names that means this thing and nothing else; otherwise its id."""
        return next((name for name in names if self.find(tenant_id, name) == {thing_id}), thing_id)


class Principals:
    """The names of all that can be a member of a group, or be given a role."""

    def __init__(self, domains: dict[str, str]) -> None:
        self._domains = domains
        self.applications = Names("application")
        self.groups = Names("group")
        self.people = Names("person or group")
        self.principals = Names("person, group or application")

    def add_application(self, known: AppRegistration) -> None:
        self.applications.add(known.tenant_id, known.client_id, known.name, is_known_everywhere=True)

    def add_entry(self, entry: ServicePrincipal, application: AppRegistration) -> None:
        self.principals.add(entry.tenant_id, entry.id, application.name, application.client_id)

    def add_person(self, person: Person) -> None:
        names = self._names_of(person)
        self.people.add(person.tenant_id, person.object_id, *names)
        self.principals.add(person.tenant_id, person.object_id, *names)

    def add_group(self, group: Group) -> None:
        for names in (self.groups, self.people, self.principals):
            names.add(group.tenant_id, group.object_id, group.name)

    def _names_of(self, person: Person) -> Iterable[str]:
        local, _, domain = person.username.partition("@")
        short = (local,) if domain.lower() == self._domains.get(person.tenant_id, "").lower() else ()
        return person.username, person.user_principal_name, *short


def names_in(directory: Directory) -> Principals:
    """Gather the names of a whole directory."""
    names = Principals({tenant.id: tenant.domain for tenant in directory.tenants})
    for application in directory.applications:
        names.add_application(application)
    for person in directory.people:
        names.add_person(person)
    for group in directory.groups:
        names.add_group(group)
    for tenant in directory.tenants:
        for application in directory.applications:
            if entry := directory.service_principal(tenant.id, application.client_id):
                names.add_entry(entry, application)
    return names


def principal_text(object_id: str, tenant_id: str, names: Principals, directory: Directory) -> str | None:
    """Give the text by which a tenant's person, group or application is found; None if it has no such one."""
    match known := directory.principal(object_id):
        case Person():
            name = known.username
        case Group():
            name = known.name
        case None:
            return None
        case _:
            name = directory.client_name(known.client_id) or ""
    if known.tenant_id != tenant_id:
        return None
    return names.principals.text_for(tenant_id, object_id, name)


def application_text(client_id: str, tenant_id: str, names: Principals, directory: Directory) -> str | None:
    """Give the text by which an application is found from a tenant; None if it is not in the directory."""
    name = directory.client_name(client_id)
    return name and names.applications.text_for(tenant_id, client_id, name)
