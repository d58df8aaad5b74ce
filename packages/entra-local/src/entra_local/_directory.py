"""Describes the emulated world as frozen values: tenants, application registrations, people, roles."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

AccessTokenVersion = Literal[1, 2]

_LOCALHOST_URI = re.compile(r"(https?://localhost)(?::\d{1,5})?(/[^\s\\]*)?")


class Platform(StrEnum):
    """The kind of redirect URI, in the words of an application manifest; a code inherits its rules from it."""

    SPA = "spa"
    PUBLIC_CLIENT = "publicClient"
    WEB = "web"


class ClientProof(StrEnum):
    """How a client has proved who it is, as `azpacr` and `appidacr` write it."""

    NONE = "0"
    SECRET = "1"
    CERTIFICATE = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One organisation's directory."""

    id: str
    domain: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRole:
    """A role that an API defines; `value` is what stands in the token. People, applications or both may have it."""

    id: str
    value: str
    for_people: bool = True
    for_applications: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A password of an application. `ends_at` is in seconds since 1970; None never ends."""

    value: str = field(repr=False)
    ends_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate whose key an application signs its assertions with, as DER."""

    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalClaim:
    """A claim that a registration asks for on top of the default ones."""

    name: str
    additional_properties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectUri:
    """An address that codes may be sent to."""

    platform: Platform
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedPermission:
    """A scope of a resource that a client has been granted for everybody in the tenant."""

    resource_id: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRegistration:
    """An application's entry in the directory; it may be a client, a resource, or both."""

    name: str
    client_id: str
    tenant_id: str
    app_id_uri: str | None = None
    scopes: tuple[str, ...] = ()
    app_roles: tuple[AppRole, ...] = ()
    assignment_required: bool = False
    access_token_version: AccessTokenVersion = 1
    header_nonce: bool = False
    access_token_claims: tuple[OptionalClaim, ...] = ()
    id_token_claims: tuple[OptionalClaim, ...] = ()
    redirect_uris: tuple[RedirectUri, ...] = ()
    permissions: tuple[DelegatedPermission, ...] = ()
    secrets: tuple[Secret, ...] = ()
    certificates: tuple[Certificate, ...] = ()

    @property
    def is_confidential(self) -> bool:
        """Say whether it can prove itself; a browser or a phone keeps no secret."""
        return bool(self.secrets or self.certificates)

    @property
    def service_principal_id(self) -> str:
        """Give the object id of the application's own identity in its tenant, which never changes."""
        return str(uuid.uuid5(uuid.UUID(self.client_id), self.tenant_id))

    def platform_of(self, uri: str) -> Platform | None:
        """Say which platform `uri` is registered on; None if it is not. Exact, but localhost's port is ignored.

        https://learn.microsoft.com/entra/identity-platform/reply-url
        """
        wanted = _without_localhost_port(uri)
        return next((known.platform for known in self.redirect_uris if known.uri == wanted), None)

    def may_use(self, resource: AppRegistration, scope: str) -> bool:
        return DelegatedPermission(resource_id=resource.client_id, scope=scope) in self.permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account as `tenant_id` knows it; a guest's home is another tenant."""

    object_id: str
    tenant_id: str
    username: str
    name: str
    given_name: str
    family_name: str
    user_principal_name: str
    home_tenant_id: str
    home_object_id: str

    @property
    def is_guest(self) -> bool:
        return self.home_tenant_id != self.tenant_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An app role on an API, of a person or of a service principal: `object_id` is theirs."""

    object_id: str
    client_id: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The whole emulated world."""

    tenants: tuple[Tenant, ...]
    applications: tuple[AppRegistration, ...]
    people: tuple[Person, ...]
    assignments: tuple[Assignment, ...]

    def tenant(self, text: str) -> Tenant | None:
        """Find a tenant by GUID or by domain, in any case of letters."""
        wanted = text.lower()
        return next((tenant for tenant in self.tenants if wanted in (tenant.id, tenant.domain)), None)

    def applications_of(self, tenant: Tenant) -> Iterator[AppRegistration]:
        return (known for known in self.applications if known.tenant_id == tenant.id)

    def application(self, tenant: Tenant, client_id: str) -> AppRegistration | None:
        return next((known for known in self.applications_of(tenant) if known.client_id == client_id), None)

    def resource(self, tenant: Tenant, name: str) -> AppRegistration | None:
        """Find an API by client id or by App ID URI."""
        return next(
            (known for known in self.applications_of(tenant) if name in (known.client_id, known.app_id_uri)), None
        )

    def client_name(self, client_id: str) -> str | None:
        return next((known.name for known in self.applications if known.client_id == client_id), None)

    def people_of(self, tenant: Tenant) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.tenant_id == tenant.id)

    def person(self, tenant: Tenant, name: str) -> Person | None:
        """Find a person of `tenant` by object id, user name or user principal name, in any case of letters."""
        wanted = name.lower()
        return next((person for person in self.people_of(tenant) if wanted in _names_of(person)), None)

    def roles_of(self, person: Person, resource: AppRegistration) -> tuple[str, ...]:
        return tuple(
            given.role
            for given in self.assignments
            if (given.object_id, given.client_id) == (person.object_id, resource.client_id)
        )

    def application_roles_of(self, client: AppRegistration, resource: AppRegistration) -> tuple[str, ...]:
        """Give the app roles that an administrator has granted to the application itself."""
        return tuple(
            given.role
            for given in self.assignments
            if (given.object_id, given.client_id) == (client.service_principal_id, resource.client_id)
        )

    def all_roles_of(self, person: Person) -> tuple[str, ...]:
        return tuple(given.role for given in self.assignments if given.object_id == person.object_id)

    def may_enter(self, person: Person, resource: AppRegistration) -> bool:
        return not resource.assignment_required or bool(self.roles_of(person, resource))

    def is_spa_origin(self, origin: str) -> bool:
        """Say whether some application registered an SPA redirect URI on `origin`."""
        wanted = _without_localhost_port(origin)
        return any(_origin_of(known.uri) == wanted for known in self._redirect_uris() if known.platform is Platform.SPA)

    def with_access_token_version(self, version: AccessTokenVersion) -> Directory:
        """Give the same world, in which every API with an assignment rule of its own takes tokens of `version`."""
        changed = (
            replace(known, access_token_version=version) if known.app_roles else known for known in self.applications
        )
        return replace(self, applications=tuple(changed))

    def _redirect_uris(self) -> Iterator[RedirectUri]:
        return (uri for application in self.applications for uri in application.redirect_uris)


def _names_of(person: Person) -> tuple[str, ...]:
    return person.object_id, person.username.lower(), person.user_principal_name.lower()


def _without_localhost_port(uri: str) -> str:
    match = _LOCALHOST_URI.fullmatch(uri)
    return match[1] + (match[2] or "") if match else uri


def _origin_of(uri: str) -> str:
    return "/".join(uri.split("/", 3)[:3])
