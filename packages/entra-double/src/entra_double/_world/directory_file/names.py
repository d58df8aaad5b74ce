"""Knows the names by which the objects of a directory file refer to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from entra_double._world.directory import Directory
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.principals import Person

_EVERYWHERE = ""


class Names:
    """Finds ids by names and ids, in any case of letters. A name at home wins over one in another tenant."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._main: dict[tuple[str, str], str] = {}
        self._by_name: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._spelled: dict[tuple[str, str], str] = {}

    def add(self, tenant_id: str, object_id: str, *names: str) -> None:
        """Add an object of one tenant, or of all tenants where the id is empty; its first name is for writing."""
        self._main[tenant_id, object_id] = names[0]
        for name in names:
            self._by_name[tenant_id, name.casefold()].add(object_id)
            self._spelled[tenant_id, name.casefold()] = name

    def find(self, tenant_id: str, text: str) -> set[str]:
        """Return the ids that a text may mean."""
        for place in (tenant_id, _EVERYWHERE):
            if (place, text.lower()) in self._main:
                return {text.lower()}
            if found := self._by_name.get((place, text.casefold())):
                return found
        return set()

    def one(self, tenant_id: str, text: str, path: Path) -> str:
        """Return the id that a text means.

        Raises:
            Problem: It means nothing, or more than one object.
        """
        found = self.find(tenant_id, text)
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Problem(path, f"there is more than one {self._what} called {text!r}; write the id of one")
        known = (name for (place, _), name in self._spelled.items() if place in (tenant_id, _EVERYWHERE))
        raise Problem(path, f"there is no {self._what} called {text!r}{did_you_mean(text, known)}")

    def text_for(self, tenant_id: str, object_id: str) -> str | None:
        """Return the name if it means this object alone, otherwise the id; None if there is no such object."""
        name = self._main.get((tenant_id, object_id)) or self._main.get((_EVERYWHERE, object_id))
        return name and (name if self.find(tenant_id, name) == {object_id} else object_id)


def names_in(directory: Directory) -> Mapping[str, Names]:
    """Gather the names of a whole directory, by what they are the names of."""
    names = {what: Names(what) for what in ("application", "group", "person or group", "person, group or application")}
    applications, groups, people, principals = names.values()
    domains = {tenant.id: tenant.domain.lower() for tenant in directory.tenants}
    for known in directory.applications:
        for place in (known.tenant_id, _EVERYWHERE):
            applications.add(place, known.client_id, known.name)
        for tenant in directory.tenants:
            if entry := directory.service_principal(tenant.id, known.client_id):
                principals.add(tenant.id, entry.id, known.name, known.client_id)
    for person in directory.people:
        for those in (people, principals):
            those.add(person.tenant_id, person.object_id, *_names_of(person, domains.get(person.tenant_id, "")))
    for group in directory.groups:
        for those in (groups, people, principals):
            those.add(group.tenant_id, group.object_id, group.name)
    return names


def _names_of(person: Person, own_domain: str) -> tuple[str, ...]:
    local, _, domain = person.username.partition("@")
    short = (local,) if domain.lower() == own_domain else ()
    return person.username, person.user_principal_name, *short
