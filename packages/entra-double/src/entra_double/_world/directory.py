"""Holds the whole emulated world as one frozen value, and finds things in it by index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from entra_double._world.directory_objects import Thing, by_place, grouped, identity_of
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment, AuthenticationContext, ConditionalAccess, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal, Tenant
from entra_double._world.redirect_uris import Platform, origin_of, without_localhost_port
from entra_double._world.registration import AccessTokenVersion, AppRegistration

Principal = Person | Group | ServicePrincipal


@dataclass(frozen=True, kw_only=True)
class Directory:
    """The whole emulated world. A change makes another one; the indexes are made when they are first needed."""

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
        """Find a tenant by GUID or by a domain of its, in any case of letters."""
        return self._tenants_by_name.get(text.lower())

    def applications_of(self, tenant: Tenant) -> tuple[AppRegistration, ...]:
        """Give the applications that are at home in `tenant` or have a service principal there."""
        return tuple(known for known in self.applications if self.service_principal(tenant.id, known.client_id))

    def application(self, tenant: Tenant, client_id: str) -> AppRegistration | None:
        """Find a client that people of `tenant` may meet: it is known there, or will be when they consent."""
        known = self.registration(client_id)
        if known and (known.admits(tenant.id) or self.service_principal(tenant.id, client_id)):
            return known
        return None

    def resource(self, tenant: Tenant, name: str) -> AppRegistration | None:
        """Find an API that `tenant` knows, by client id or by App ID URI, in any case of letters."""
        candidates = self._resources_by_name.get(name.lower(), ())
        return next((known for known in candidates if self.service_principal(tenant.id, known.client_id)), None)

    def registration(self, client_id: str) -> AppRegistration | None:
        """Find an application by its client id, in whatever tenant it is at home."""
        return self._applications_by_id.get(client_id)

    def client_name(self, client_id: str) -> str | None:
        known = self.registration(client_id)
        return known.name if known else None

    def people_of(self, tenant: Tenant) -> tuple[Person, ...]:
        return self._people_by_tenant.get(tenant.id, ())

    def person(self, tenant: Tenant, name: str) -> Person | None:
        """Find a person of `tenant` by object id, user name or user principal name, in any case of letters."""
        return self._people_by_name.get((tenant.id, name.lower()))

    def home_of(self, person: Person) -> Person:
        """Give the account that somebody signs in with: a guest's is in another tenant, and may not be known here."""
        found = self.principal(person.home_object_id)
        return found if isinstance(found, Person) and found.tenant_id == person.home_tenant_id else person

    def service_principal(self, tenant_id: str, client_id: str) -> ServicePrincipal | None:
        """Find an application's identity in a tenant: it has one at home, and Microsoft Graph everywhere."""
        if explicit := self._service_principals_by_place.get((tenant_id, client_id)):
            return explicit
        known = self.registration(client_id)
        if known and ((known.at_home and known.tenant_id == tenant_id) or client_id == GRAPH_CLIENT_ID):
            return ServicePrincipal(tenant_id=tenant_id, client_id=client_id)
        return None

    def principal(self, object_id: str) -> Principal | None:
        return self._principals.get(object_id)

    def groups_of(self, object_id: str, *, transitive: bool = True) -> tuple[Group, ...]:
        """Give the groups that a principal is in, by object id; groups in a circle are no trouble."""
        found: dict[str, Group] = {}
        waiting = [object_id]
        while waiting:
            fresh = [group for group in self._parents.get(waiting.pop(), ()) if group.object_id not in found]
            found |= {group.object_id: group for group in fresh}
            waiting += [group.object_id for group in fresh if transitive]
        return tuple(found[known] for known in sorted(found))

    def role_ids_of(self, principal_id: str, tenant_id: str, client_id: str) -> frozenset[str]:
        """Give the roles on an API, a person's direct groups included; a service principal inherits none."""
        holders = {principal_id}
        if not isinstance(self.principal(principal_id), ServicePrincipal):
            holders |= {group.object_id for group in self.groups_of(principal_id, transitive=False)}
        return frozenset(
            given.role_id
            for holder in holders
            for given in self._assignments_by_principal.get(holder, ())
            if (given.tenant_id, given.client_id) == (tenant_id, client_id)
        )

    def roles_of(self, person: Person, resource: AppRegistration) -> tuple[str, ...]:
        return self._role_values(person.object_id, person.tenant_id, resource)

    def all_roles_of(self, person: Person) -> tuple[str, ...]:
        return tuple(role for known in self._apis for role in self.roles_of(person, known))

    def application_roles_of(
        self, service_principal_id: str, tenant_id: str, resource: AppRegistration
    ) -> tuple[str, ...]:
        return self._role_values(service_principal_id, tenant_id, resource)

    def may_enter(self, person: Person, resource: AppRegistration) -> bool:
        """Say whether an application admits a person: it takes all, or they are assigned, with any role or none."""
        entry = self.service_principal(person.tenant_id, resource.client_id)
        if entry is None or not entry.assignment_required:
            return True
        return bool(self.role_ids_of(person.object_id, person.tenant_id, resource.client_id))

    def closed_to(self, person: Person, *applications: AppRegistration) -> AppRegistration | None:
        """Give the first of some applications that does not admit a person; None when all of them do."""
        return next((known for known in applications if not self.may_enter(person, known)), None)

    def is_shut_out(self, person: Person) -> bool:
        """Say whether a person has no role at all, and some API of their tenant wants one."""
        apis = (known for known in self._apis if known.tenant_id == person.tenant_id)
        return not self.all_roles_of(person) and any(not self.may_enter(person, api) for api in apis)

    def granted_scopes(
        self, tenant_id: str, client: AppRegistration, resource: AppRegistration, person_id: str | None
    ) -> frozenset[str]:
        """Give the scopes that a client has: by consent, and by the API's own word."""
        by_the_api = (known.scopes for known in resource.pre_authorised if known.client_id == client.client_id)
        return self.consented_scopes(tenant_id, client, resource, person_id).union(*by_the_api)

    def consented_scopes(
        self, tenant_id: str, client: AppRegistration, resource: AppRegistration, person_id: str | None
    ) -> frozenset[str]:
        """Give the scopes that a client has been granted: for everybody, and for this person; spelled as registered."""
        by_consent = (
            grant.scopes
            for grant in self._grants_by_client.get((tenant_id, client.client_id), ())
            if grant.resource_id == resource.client_id and grant.person_id in (None, person_id)
        )
        return frozenset(resource.spelled(name) for scopes in by_consent for name in scopes)

    def is_spa_origin(self, origin: str) -> bool:
        """Say whether some application registered an SPA redirect URI on `origin`."""
        return without_localhost_port(origin) in self._spa_origins

    def with_access_token_version(self, version: AccessTokenVersion) -> Directory:
        """Give the same world, in which every API with roles of its own, but not Graph, takes tokens of `version`."""
        changing = (known for known in self._apis if known.client_id != GRAPH_CLIENT_ID)
        return self.put(*(replace(known, access_token_version=version) for known in changing))

    def put(self, *values: Thing) -> Directory:
        """Give a world in which `values` stand in the place of those of the same identity, or beside the others."""
        changes: dict[str, tuple[Thing, ...]] = {}
        for place, new in by_place(values).items():
            old = {identity_of(known): known for known in getattr(self, place)}
            changes[place] = tuple((old | {identity_of(value): value for value in new}).values())
        return replace(self, **changes)  # type: ignore[arg-type]  # every value goes to the place of its type

    def remove(self, *values: Thing) -> Directory:
        """Give a world without the things that have the identities of `values`."""
        changes: dict[str, tuple[Thing, ...]] = {}
        for place, gone in by_place(values).items():
            identities = {identity_of(value) for value in gone}
            changes[place] = tuple(known for known in getattr(self, place) if identity_of(known) not in identities)
        return replace(self, **changes)  # type: ignore[arg-type]  # every value goes to the place of its type

    def _role_values(self, principal_id: str, tenant_id: str, resource: AppRegistration) -> tuple[str, ...]:
        ids = self.role_ids_of(principal_id, tenant_id, resource.client_id)
        return tuple(role.value for role in resource.app_roles if role.id in ids)

    @cached_property
    def _apis(self) -> tuple[AppRegistration, ...]:
        return tuple(known for known in self.applications if known.app_roles)

    @cached_property
    def _tenants_by_name(self) -> dict[str, Tenant]:
        return {
            name.lower(): tenant
            for tenant in reversed(self.tenants)
            for name in (*tenant.domains, tenant.domain, tenant.id)
        }

    @cached_property
    def _applications_by_id(self) -> dict[str, AppRegistration]:
        return {known.client_id: known for known in self.applications}

    @cached_property
    def _resources_by_name(self) -> dict[str, tuple[AppRegistration, ...]]:
        return grouped(
            (name, known)
            for known in self.applications
            for name in dict.fromkeys(name.lower() for name in (known.client_id, *known.app_id_uris))
        )

    @cached_property
    def _people_by_tenant(self) -> dict[str, tuple[Person, ...]]:
        return grouped((person.tenant_id, person) for person in self.people)

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
        return (
            {person.object_id: person for person in self.people}
            | {group.object_id: group for group in self.groups}
            | {entry.id: entry for tenant in self.tenants for entry in self._entries_of(tenant)}
        )

    def _entries_of(self, tenant: Tenant) -> Iterable[ServicePrincipal]:
        entries = (self.service_principal(tenant.id, known.client_id) for known in self.applications)
        return (entry for entry in entries if entry)

    @cached_property
    def _parents(self) -> dict[str, tuple[Group, ...]]:
        return grouped((member, group) for group in self.groups for member in group.members)

    @cached_property
    def _assignments_by_principal(self) -> dict[str, tuple[Assignment, ...]]:
        return grouped((given.principal_id, given) for given in self.assignments)

    @cached_property
    def _grants_by_client(self) -> dict[tuple[str, str], tuple[PermissionGrant, ...]]:
        return grouped(((grant.tenant_id, grant.client_id), grant) for grant in self.grants)

    @cached_property
    def _spa_origins(self) -> frozenset[str]:
        uris = (known for application in self.applications for known in application.redirect_uris)
        return frozenset(
            origin_of(without_localhost_port(known.uri)) for known in uris if known.platform is Platform.SPA
        )
