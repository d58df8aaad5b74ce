"""Describes an application's entry in the directory as frozen values: what it offers, asks for and proves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from entra_double._world.ids import CONSUMERS, derived_id
from entra_double._world.redirect_uris import Platform, RedirectUri, without_localhost_port
from entra_double._world.times import FAR_FUTURE

AccessTokenVersion = Literal[1, 2]


class Audience(StrEnum):
    """Whose accounts an application is for (`signInAudience`)."""

    ONE = "AzureADMyOrg"
    MANY = "AzureADMultipleOrgs"
    EVERYBODY = "AzureADandPersonalMicrosoftAccount"
    PERSONAL = "PersonalMicrosoftAccount"


class GroupClaims(StrEnum):
    """Which groups a token names (`groupMembershipClaims`)."""

    SECURITY = "SecurityGroup"
    ROLES = "DirectoryRole"
    ASSIGNED = "ApplicationGroup"
    ALL = "All"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedScope:
    """A scope that an API defines; `value` is what stands in the token."""

    id: str
    value: str
    admin_consent: bool = False
    enabled: bool = True
    name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRole:
    """A role that an API defines; `value` is what stands in the token. People, applications or both may have it."""

    id: str
    value: str
    for_people: bool = True
    for_applications: bool = False
    enabled: bool = True
    name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalClaim:
    """A claim that a registration asks for on top of the default ones."""

    name: str
    additional_properties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A password of an application; times are in seconds since 1970."""

    key_id: str
    value: str = field(repr=False)
    name: str = ""
    starts_at: int = 0
    ends_at: int = FAR_FUTURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate (DER) whose key an application signs its assertions with."""

    key_id: str
    der: bytes = field(repr=False)
    name: str = ""
    ends_at: int = FAR_FUTURE


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """Whose tokens prove an application. Nothing is ever fetched.

    `public_key` is the issuer's, as SubjectPublicKeyInfo (DER); without one the issuer is a tenant of this emulator.
    """

    id: str
    name: str
    issuer: str
    subject: str
    audience: str = "api://AzureADTokenExchange"
    public_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreAuthorised:
    """A client that an API gives scopes to without asking anybody."""

    client_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredAccess:
    """What a client's registration says it will ask of one API; by itself it grants nothing."""

    resource_id: str
    scopes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRegistration:
    """An application's entry in the directory; it may be a client, a resource, or both.

    `owners` are object ids of those who registered it through Microsoft Graph. Its own tenant has a service principal
    for it without one being listed, unless it is not `at_home` there yet, as Graph leaves it. Where it asks for no
    version of access tokens (None) they are of version 1.
    """

    name: str
    client_id: str
    tenant_id: str
    object_id: str = ""
    audience: Audience = Audience.ONE
    app_id_uris: tuple[str, ...] = ()
    scopes: tuple[DelegatedScope, ...] = ()
    app_roles: tuple[AppRole, ...] = ()
    access_token_version: AccessTokenVersion | None = 1
    access_token_lifetime: int | None = None
    header_nonce: bool = False
    access_token_claims: tuple[OptionalClaim, ...] = ()
    id_token_claims: tuple[OptionalClaim, ...] = ()
    group_claims: frozenset[GroupClaims] = frozenset()
    redirect_uris: tuple[RedirectUri, ...] = ()
    logout_uri: str | None = None
    implicit_id_token: bool = False
    implicit_access_token: bool = False
    public_client: bool = False
    secrets: tuple[Secret, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    federated: tuple[FederatedCredential, ...] = ()
    required_access: tuple[RequiredAccess, ...] = ()
    pre_authorised: tuple[PreAuthorised, ...] = ()
    known_clients: tuple[str, ...] = ()
    owners: frozenset[str] = frozenset()
    at_home: bool = True

    @property
    def id(self) -> str:
        """Give the object id of the registration, which is neither the client id nor a service principal's."""
        return self.object_id or derived_id("application", self.client_id)

    @property
    def is_confidential(self) -> bool:
        """Say whether it can prove itself; a browser or a phone keeps no secret."""
        return bool(self.secrets or self.certificates or self.federated)

    @property
    def app_id_uri(self) -> str | None:
        return next(iter(self.app_id_uris), None)

    def is_called(self, name: str) -> bool:
        """Say whether a client id or App ID URI is its own, in any case of letters, with a slash at its end or none."""
        names = {known.lower() for known in (self.client_id, *self.app_id_uris)}
        return not names.isdisjoint((name.lower(), name.lower().removesuffix("/")))

    def scope(self, value: str) -> DelegatedScope | None:
        """Find a scope that may be asked for, in any case of letters; disabled ones may not."""
        wanted = value.lower()
        return next((known for known in self.scopes if known.value.lower() == wanted and known.enabled), None)

    def spelled(self, value: str) -> str:
        """Give a scope as it is registered, which is how the service answers; one that is unknown stays as it is."""
        known = self.scope(value)
        return known.value if known else value

    def platform_of(self, uri: str) -> Platform | None:
        """Say which platform `uri` is registered on; None if it is not. Exact, but localhost's port is ignored.

        https://learn.microsoft.com/entra/identity-platform/reply-url
        """
        wanted = without_localhost_port(uri)
        same = (known for known in self.redirect_uris if without_localhost_port(known.uri) == wanted)
        return next((known.platform for known in same), None)

    def admits(self, tenant_id: str) -> bool:
        """Say whether accounts of that tenant are among those it is for."""
        match self.audience:
            case Audience.ONE:
                return tenant_id == self.tenant_id
            case Audience.MANY:
                return tenant_id != CONSUMERS
            case Audience.PERSONAL:
                return tenant_id == CONSUMERS
            case _:
                return True
