"""Reads a directory file into a directory, or says what is wrong in which line."""

from __future__ import annotations

import logging
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, TypeVar

from entra_double._world.directory import Directory, DirectoryObject, identity_of
from entra_double._world.directory_file.applications import (
    consented_roles,
    consented_scopes,
    read_references,
    read_roles,
    refuse_version,
)
from entra_double._world.directory_file.forms import Context
from entra_double._world.directory_file.microsoft_graph import microsoft_graph
from entra_double._world.directory_file.names import Names, names_in
from entra_double._world.directory_file.places import find_places
from entra_double._world.directory_file.principals import person_id_of
from entra_double._world.directory_file.problems import DirectoryError, Path, Problem
from entra_double._world.directory_file.schema import (
    APPLICATION,
    ASSIGNMENT,
    CONTEXT,
    FILE,
    GRANT,
    GROUP,
    PERSON,
    POLICY,
    SERVICE_PRINCIPAL,
    TENANT,
)
from entra_double._world.directory_file.tables import Table, Values
from entra_double._world.ids import GRAPH_CLIENT_ID, derived_id
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration

_log = logging.getLogger("entra_double.directory")

_REAL = ".onmicrosoft.com"
_WARNING = "The tenant %s looks like a real one: entra-double needs none of its ids or secrets."
_ENTRY = "the service principal of this application"

AnyObject = TypeVar("AnyObject", bound=DirectoryObject)
_Row = tuple[Values, Path, Context]


def read_directory(path: FilePath | str, *, text: str | None = None) -> Directory:
    """Read a directory file, as docs/entra-double/entra-double-toml.md describes it, and the certificates beside it.

    Args:
        text: The content, in place of the file; then no other file is read either, and `path` is a name for errors.

    Raises:
        DirectoryError: The file cannot be read or is wrong; the message has file and line.
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
        FILE.check(data, ())
        if not data["tenants"]:
            raise Problem(("tenants",), "a directory has at least one tenant")
        return _Reading(data["tenants"], FilePath(path).parent if text is None else None).read()
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


class _Reading:
    """Reads the checked tables of a file: first what has a name, then what refers to names."""

    def __init__(self, tenants: list[Values], folder: FilePath | None) -> None:
        self._tables, self._folder = tenants, folder
        self._paths: dict[Hashable, Path] = {}
        self._world = Directory()
        self._names: Mapping[str, Names] = {}

    def read(self) -> Directory:
        """Put the world together."""
        self._add(tenants=self._tenants())
        self._add(applications=self._applications())
        self._names = names_in(self._world)
        self._add(service_principals=self._once(self._service_principals(), _ENTRY))
        self._add(people=self._people(), groups=self._once(self._plain_groups(), "the group {0.name!r}"))
        self._names = names_in(self._world)
        self._add(applications=self._with_references(), groups=self._with_members())
        self._add(
            assignments=self._once(self._assignments(), "this assignment"),
            grants=self._once(self._grants(), "this grant"),
            policies=self._once(self._all("conditional_access", POLICY), "the policy {0.name!r}"),
            contexts=self._once(self._all("contexts", CONTEXT), "the context {0.id}"),
        )
        return self._world

    def _add(self, **objects: Iterable[Any]) -> None:
        read: dict[str, Any] = {place: tuple(those) for place, those in objects.items()}
        self._world = replace(self._world, **read)

    def _rows(self, key: str) -> Iterator[_Row]:
        """Give the tables of all tenants under a key, each with its place."""
        for number, (tenant, whole) in enumerate(zip(self._world.tenants, self._tables, strict=True)):
            context = Context(tenant, tenant.domain, self._world, self._names, self._folder)
            for position, table in enumerate(whole.get(key, ())):
                yield table, ("tenants", number, key, position), context

    def _all(self, key: str, form: Table) -> Iterator[tuple[Path, Any]]:
        for table, path, context in self._rows(key):
            yield path, form.build(table, path, context, tenant_id=context.tenant.id)

    def _once(self, pairs: Iterable[tuple[Path, AnyObject]], what: str) -> Iterator[AnyObject]:
        """Refuse what stands in the file twice."""
        for path, known in pairs:
            kind = Person if isinstance(known, Group) else type(known)
            self._refuse_second((kind, identity_of(known)), path, what, known)
            yield known

    def _refuse_second(self, identity: Hashable, path: Path, what: str, known: object) -> None:
        first = self._paths.setdefault(identity, path)
        if first is not path:
            raise Problem(path, f"{what.format(known)} is there twice", first=first)

    def _tenants(self) -> Iterator[Tenant]:
        for number, table in enumerate(self._tables):
            path = ("tenants", number)
            unknown = Tenant(id="", domain=table["domain"], name=table["name"])
            tenant: Tenant = TENANT.build(table, path, Context(unknown, unknown.domain, self._world, {}))
            for name in (tenant.id, tenant.domain, *tenant.domains):
                self._refuse_second(("tenant", name.lower()), path, "the tenant {!r}", name)
            if "id" in table and any(name.lower().endswith(_REAL) for name in (tenant.domain, *tenant.domains)):
                _log.warning(_WARNING, tenant.domain)
            yield tenant

    def _applications(self) -> Iterator[AppRegistration]:
        """Read the applications without what refers to others. Microsoft Graph is always among them."""
        ids = set()
        for table, path, context in self._rows("applications"):
            known: AppRegistration = APPLICATION.build(table, path, context, refers=False, tenant_id=context.tenant.id)
            self._refuse_second((AppRegistration, known.client_id), path, "the application {}", known.client_id)
            for uri in known.app_id_uris:
                place = (*path, "app_id_uris")
                self._refuse_second(("App ID URI", known.tenant_id, uri.lower()), place, "the App ID URI {!r}", uri)
            refuse_version(known, path)
            ids.add(known.client_id)
            yield known
        if GRAPH_CLIENT_ID not in ids:
            yield microsoft_graph(self._world.tenants[0].id)

    def _service_principals(self) -> Iterator[tuple[Path, ServicePrincipal]]:
        """Read those that differ from the default, and those of applications from elsewhere."""
        for table, path, context in self._rows("applications"):
            if table.get("assignment_required"):
                client_id = APPLICATION.id_of(table, context)
                yield (
                    path,
                    ServicePrincipal(tenant_id=context.tenant.id, client_id=client_id, assignment_required=True),
                )
        yield from self._all("service_principals", SERVICE_PRINCIPAL)

    def _people(self) -> Iterator[Person]:
        """Read the people; the object id of a guest at home is looked for there."""
        people: list[tuple[Path, Person]] = list(self._all("people", PERSON))
        ids = {(person.tenant_id, person.username.lower()): person.object_id for _, person in reversed(people)}
        for (path, person), (table, *_) in zip(people, self._rows("people"), strict=True):
            self._refuse_second((Person, person.object_id), path, "the id {}", person.object_id)
            username = person.username.lower()
            self._refuse_second(("user", person.tenant_id, username), path, "the user {!r}", person.username)
            if person.is_guest and "home_id" not in table:
                derived = derived_id("person", table["home"], person.username)
                person = replace(person, home_object_id=ids.get((person.home_tenant_id, username), derived))
            yield person

    def _plain_groups(self) -> Iterator[tuple[Path, Group]]:
        for table, path, context in self._rows("groups"):
            yield path, GROUP.build(table, path, context, refers=False, tenant_id=context.tenant.id)

    def _with_members(self) -> Iterator[Group]:
        """Give the groups their members, those included that say so themselves."""
        members: defaultdict[str, set[str]] = defaultdict(set)
        for table, path, context in self._rows("people"):
            for position, text in enumerate(table.get("groups", ())):
                group_id = context.names["group"].one(context.tenant.id, text, (*path, "groups", position))
                members[group_id].add(person_id_of(table, context))
        for group, row in zip(self._world.groups, self._rows("groups"), strict=True):
            written = GROUP.references(*row).get("members", frozenset())
            yield replace(group, members=written | members[group.object_id])

    def _with_references(self) -> Iterator[AppRegistration]:
        """Give the applications what refers to others; Microsoft Graph, which is not in the file, is the last."""
        known = iter(self._world.applications)
        for row in self._rows("applications"):
            application = next(known)
            yield replace(application, **APPLICATION.references(*row), **read_references(application, *row))
        yield from known

    def _consented(self) -> Iterator[tuple[AppRegistration, Path, Context]]:
        """Give the applications that an administrator has consented to."""
        for known, (table, path, context) in zip(self._world.applications, self._rows("applications"), strict=False):
            if table.get("admin_consent"):
                yield known, path, context

    def _assignments(self) -> Iterator[tuple[Path, Assignment]]:
        """Read the `roles` of people and groups, consented permissions, then the plain tables."""
        for key, id_of in (("people", person_id_of), ("groups", GROUP.id_of)):
            for table, path, context in self._rows(key):
                yield from read_roles(id_of(table, context), table, path, context)
        for application in self._consented():
            yield from consented_roles(*application)
        yield from self._all("assignments", ASSIGNMENT)

    def _grants(self) -> Iterator[tuple[Path, PermissionGrant]]:
        """Read what an administrator has consented to, then the plain tables."""
        for application in self._consented():
            yield from consented_scopes(*application)
        yield from self._all("grants", GRANT)
