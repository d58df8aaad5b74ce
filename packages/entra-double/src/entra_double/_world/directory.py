"""Holds the whole directory as one frozen value, and finds objects in it by index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, get_args, get_type_hints

from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment, AuthenticationContext, ConditionalAccess, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal, Tenant
from entra_double._world.registration import (
    AccessTokenVersion,
    AppRegistration,
    Platform,
    origin_of,
    without_localhost_port,
)

Principal = Person | Group | ServicePrincipal
DirectoryObject = (
    Tenant | AppRegistration | Principal | Assignment | PermissionGrant | ConditionalAccess | AuthenticationContext
)
Objects = dict[Hashable, DirectoryObject]


def identity_of(known: DirectoryObject) -> Hashable:
    """Return what stays the same when an object changes."""
    match known:
        case Person() | Group():
            return known.object_id
        case AppRegistration():
            return known.client_id
        case ServicePrincipal():
            return known.tenant_id, known.client_id
        case AuthenticationContext():
            return known.tenant_id, known.id
        case _:
            return known.id


@dataclass(frozen=True, kw_only=True)
class Directory:
    """The whole directory. A change makes another one."""

    tenants: tuple[Tenant, ...] = ()
    applications: tuple[AppRegistration, ...] = ()
    people: tuple[Person, ...] = ()
    service_principals: tuple[ServicePrincipal, ...] = ()
    groups: tuple[Group, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    grants: tuple[PermissionGrant, ...] = ()
    policies: tuple[ConditionalAccess, ...] = ()
    contexts: tuple[AuthenticationContext, ...] = ()

    def tenant(self, text: str) -> Tenant | None:
        return self._tenants_by_name.get(text.lower())

    def applications_of(self, tenant: Tenant) -> tuple[AppRegistration, ...]:
        return tuple(known for known in self.applications if self.service_principal(tenant.id, known.client_id))

    def application(self, tenant: Tenant, client_id: str) -> AppRegistration | None:
        """Find a client that people of a tenant can use: it has a service principal there, or will after consent."""
        known = self.registration(client_id)
        return known if known and (known.admits(tenant.id) or self.service_principal(tenant.id, client_id)) else None

    def resource(self, tenant: Tenant, name: str) -> AppRegistration | None:
        """Find an API of a tenant by client id or App ID URI, in any case of letters."""
        known = self._resources_by_name.get(name.lower(), ())
        return next((one for one in known if self.service_principal(tenant.id, one.client_id)), None)

    def registration(self, client_id: str) -> AppRegistration | None:
        return self._applications_by_id.get(client_id)

    def client_name(self, client_id: str) -> str | None:
        return getattr(self.registration(client_id), "name", None)

    def people_of(self, tenant: Tenant) -> tuple[Person, ...]:
        return self._people_by_tenant.get(tenant.id, ())

    def person(self, tenant: Tenant, name: str) -> Person | None:
        return self._people_by_name.get((tenant.id, name.lower()))

    def home_of(self, person: Person) -> Person:
        """Return a guest's account in the home tenant; the account itself if that is not known here."""
        found = self.principal(person.home_object_id)
        return found if isinstance(found, Person) and found.tenant_id == person.home_tenant_id else person

    def service_principal(self, tenant_id: str, client_id: str) -> ServicePrincipal | None:
        """Find an application's service principal; Microsoft Graph has one in every tenant."""
        if explicit := self._service_principals_by_place.get((tenant_id, client_id)):
            return explicit
        known = self.registration(client_id)
        is_there = known and (
            (known.has_service_principal and known.tenant_id == tenant_id) or client_id == GRAPH_CLIENT_ID
        )
        return ServicePrincipal(tenant_id=tenant_id, client_id=client_id) if is_there else None

    def principal(self, object_id: str) -> Principal | None:
        return self._principals.get(object_id)

    def groups_of(self, object_id: str, *, transitive: bool = True) -> tuple[Group, ...]:
        found: dict[str, Group] = {}
        waiting = [object_id]
        while waiting:
            fresh = [group for group in self._parents.get(waiting.pop(), ()) if group.object_id not in found]
            found |= {group.object_id: group for group in fresh}
            waiting += [group.object_id for group in fresh if transitive]
        return tuple(found[known] for known in sorted(found))

    def role_ids_of(self, principal_id: str, tenant_id: str, client_id: str) -> frozenset[str]:
        """Return the roles on an API, with those of direct groups; a service principal inherits none."""
        holders = {principal_id}
        if not isinstance(self.principal(principal_id), ServicePrincipal):
            holders |= {group.object_id for group in self.groups_of(principal_id, transitive=False)}
        given = (each for holder in holders for each in self._assignments_by_principal.get(holder, ()))
        return frozenset(each.role_id for each in given if (each.tenant_id, each.client_id) == (tenant_id, client_id))

    def roles_of(self, person: Person, resource: AppRegistration) -> tuple[str, ...]:
        return self.application_roles_of(person.object_id, person.tenant_id, resource)

    def all_roles_of(self, person: Person) -> tuple[str, ...]:
        return tuple(role for known in self._apis for role in self.roles_of(person, known))

    def application_roles_of(self, principal_id: str, tenant_id: str, resource: AppRegistration) -> tuple[str, ...]:
        ids = self.role_ids_of(principal_id, tenant_id, resource.client_id)
        return tuple(role.value for role in resource.app_roles if role.id in ids)

    def may_enter(self, person: Person, resource: AppRegistration) -> bool:
        """Say whether a person may use an application: they are assigned to it, or it requires no assignment."""
        place = person.tenant_id, resource.client_id
        entry = self.service_principal(*place)
        return not (entry and entry.assignment_required) or bool(self.role_ids_of(person.object_id, *place))

    def closed_to(self, person: Person, *applications: AppRegistration) -> AppRegistration | None:
        return next((known for known in applications if not self.may_enter(person, known)), None)

    def is_shut_out(self, person: Person) -> bool:
        apis = (known for known in self._apis if known.tenant_id == person.tenant_id)
        return not self.all_roles_of(person) and any(not self.may_enter(person, api) for api in apis)

    def granted_scopes(
        self, tenant_id: str, client: AppRegistration, resource: AppRegistration, person_id: str | None
    ) -> frozenset[str]:
        by_the_api = (known.scopes for known in resource.pre_authorised if known.client_id == client.client_id)
        return self.consented_scopes(tenant_id, client, resource, person_id).union(*by_the_api)

    def consented_scopes(
        self, tenant_id: str, client: AppRegistration, resource: AppRegistration, person_id: str | None
    ) -> frozenset[str]:
        """Return the scopes granted for all people and for this person, spelled as registered."""
        grants = self._grants_by_client.get((tenant_id, client.client_id), ())
        own = (one for one in grants if one.resource_id == resource.client_id and one.person_id in (None, person_id))
        return frozenset(resource.spelled(name) for grant in own for name in grant.scopes)

    def is_spa_origin(self, origin: str) -> bool:
        return without_localhost_port(origin) in self._spa_origins

    def with_access_token_version(self, version: AccessTokenVersion) -> Directory:
        """Return a directory in which APIs with roles, except Microsoft Graph, take access tokens of a version."""
        changing = (known for known in self._apis if known.client_id != GRAPH_CLIENT_ID)
        return self.put(*(replace(known, access_token_version=version) for known in changing))

    def put(self, *values: DirectoryObject) -> Directory:
        """Return a directory with objects added, or in the place of those of the same identity."""
        return self._changed(values, lambda old, new: old | new)

    def remove(self, *values: DirectoryObject) -> Directory:
        return self._changed(values, lambda old, gone: {key: old[key] for key in old if key not in gone})

    def _changed(self, values: Iterable[DirectoryObject], change: Callable[[Objects, Objects], Objects]) -> Directory:
        changes = {}
        for place, some in _grouped((PLACES[type(value)], value) for value in values).items():
            old, new = ({identity_of(one): one for one in those} for those in (getattr(self, place), some))
            changes[place] = tuple(change(old, new).values())
        return replace(self, **changes)  # type: ignore[arg-type]  # every value goes to the place of its type

    @cached_property
    def _apis(self) -> tuple[AppRegistration, ...]:
        return tuple(known for known in self.applications if known.app_roles)

    @cached_property
    def _tenants_by_name(self) -> dict[str, Tenant]:
        tenants = reversed(self.tenants)
        return {name.lower(): known for known in tenants for name in (*known.domains, known.domain, known.id)}

    @cached_property
    def _applications_by_id(self) -> dict[str, AppRegistration]:
        return {known.client_id: known for known in self.applications}

    @cached_property
    def _resources_by_name(self) -> dict[str, tuple[AppRegistration, ...]]:
        return _grouped(
            (name, known)
            for known in self.applications
            for name in dict.fromkeys(name.lower() for name in (known.client_id, *known.app_id_uris))
        )

    @cached_property
    def _people_by_tenant(self) -> dict[str, tuple[Person, ...]]:
        return _grouped((person.tenant_id, person) for person in self.people)

    @cached_property
    def _people_by_name(self) -> dict[tuple[str, str], Person]:
        return {
            (person.tenant_id, name.lower()): person
            for person in reversed(self.people)
            for name in (person.object_id, person.username, person.user_principal_name)
        }

    @cached_property
    def _service_principals_by_place(self) -> dict[tuple[str, str], ServicePrincipal]:
        return {(known.tenant_id, known.client_id): known for known in self.service_principals}

    @cached_property
    def _principals(self) -> dict[str, Principal]:
        places = ((tenant.id, known.client_id) for tenant in self.tenants for known in self.applications)
        entries = (self.service_principal(*place) for place in places)
        principals: dict[str, Principal] = {person.object_id: person for person in self.people}
        principals |= {group.object_id: group for group in self.groups}
        return principals | {entry.id: entry for entry in entries if entry}

    @cached_property
    def _parents(self) -> dict[str, tuple[Group, ...]]:
        return _grouped((member, group) for group in self.groups for member in group.members)

    @cached_property
    def _assignments_by_principal(self) -> dict[str, tuple[Assignment, ...]]:
        return _grouped((given.principal_id, given) for given in self.assignments)

    @cached_property
    def _grants_by_client(self) -> dict[tuple[str, str], tuple[PermissionGrant, ...]]:
        return _grouped(((grant.tenant_id, grant.client_id), grant) for grant in self.grants)

    @cached_property
    def _spa_origins(self) -> frozenset[str]:
        uris = (known for application in self.applications for known in application.redirect_uris)
        return frozenset(origin_of(known.uri) for known in uris if known.platform is Platform.SPA)


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


PLACES: Mapping[type[DirectoryObject], str] = {get_args(kind)[0]: n for n, kind in get_type_hints(Directory).items()}
