"""Describes an application's entry in the directory as frozen values: what it offers, asks for and proves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from entra_double._world.ids import CONSUMERS, derived_id
from entra_double._world.redirect_uris import Platform, RedirectUri, without_localhost_port
from entra_double._world.values import FAR_FUTURE, ClientId, Guid, Moment, PublicKey, Seconds, Text

AccessTokenVersion = Annotated[Literal[1, 2], "version"]


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
    """A scope that an API defines; `value` is the text in the token."""

    value: Text = field(metadata={"graph": "value"})
    id: Guid = field(metadata={"graph": "id"})
    admin_consent: bool = False
    enabled: bool = field(default=True, metadata={"graph": "isEnabled"})
    name: str = field(default="", metadata={"graph": "adminConsentDisplayName"})
    description: str = field(default="", metadata={"graph": "adminConsentDescription"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRole:
    """A role that an API defines, for people, applications or both; `value` is the text in the token."""

    value: Text = field(metadata={"graph": "value"})
    id: Guid = field(metadata={"graph": "id"})
    for_people: bool = field(default=True, metadata={"toml": ""})
    for_applications: bool = field(default=False, metadata={"toml": ""})
    enabled: bool = field(default=True, metadata={"graph": "isEnabled"})
    name: str = field(default="", metadata={"graph": "displayName"})
    description: str = field(default="", metadata={"graph": "description"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalClaim:
    """A claim that a registration asks for on top of the default ones."""

    name: Text = field(metadata={"graph": "name"})
    additional_properties: frozenset[Text] = field(default=frozenset(), metadata={"graph": "additionalProperties"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A password of an application."""

    value: Text = field(repr=False)
    key_id: Guid = field(metadata={"toml": "id", "graph": "keyId"})
    name: str = field(default="", metadata={"graph": "displayName"})
    starts_at: Moment = field(default=0, metadata={"toml": "starts", "graph": "startDateTime"})
    ends_at: Moment = field(default=FAR_FUTURE, metadata={"toml": "expires", "graph": "endDateTime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate (DER); an application signs its assertions with its key."""

    key_id: Guid = field(metadata={"toml": "id", "graph": "keyId"})
    der: bytes = field(repr=False, metadata={"toml": ""})
    name: str = field(default="", metadata={"graph": "displayName"})
    ends_at: Moment = field(default=FAR_FUTURE, metadata={"toml": "expires", "graph": "endDateTime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """An issuer and subject; their tokens authenticate an application. Nothing is ever fetched.

    `public_key` is the issuer's, as SubjectPublicKeyInfo (DER); without one the issuer is a tenant of this emulator.
    """

    issuer: Text
    subject: Text
    id: Guid
    name: str
    audience: Text = "api://AzureADTokenExchange"
    public_key: PublicKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreAuthorised:
    """A client that an API gives scopes to without consent."""

    client_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredAccess:
    """The permissions that a registration asks for on one API; by itself it grants nothing."""

    resource_id: str
    scopes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRegistration:
    """An application's entry in the directory; it may be a client, a resource, or both.

    The metadata of a field have its name in the directory file, where it is another (empty where the file has none or
    several keys for it), and its path in Microsoft Graph.

    `owners` are object ids of those who registered it through Microsoft Graph. Its own tenant has a service principal
    for it without one being listed, unless it is not `at_home` there yet, as Graph leaves it. Where it asks for no
    version of access tokens (None) they are of version 1.
    """

    name: Text = field(metadata={"graph": "displayName"})
    client_id: Guid = field(metadata={"graph": "appId"})
    tenant_id: str = field(metadata={"toml": ""})
    object_id: Guid = ""
    audience: Audience = field(default=Audience.ONE, metadata={"graph": "signInAudience"})
    redirect_uris: tuple[RedirectUri, ...] = field(default=(), metadata={"toml": ""})
    logout_uri: Text | None = field(default=None, metadata={"graph": "web.logoutUrl"})
    public_client: bool = field(default=False, metadata={"graph": "isFallbackPublicClient"})
    implicit_id_token: bool = field(
        default=False, metadata={"graph": "web.implicitGrantSettings.enableIdTokenIssuance"}
    )
    implicit_access_token: bool = field(
        default=False, metadata={"graph": "web.implicitGrantSettings.enableAccessTokenIssuance"}
    )
    app_id_uris: tuple[Text, ...] = field(default=(), metadata={"graph": "identifierUris"})
    scopes: tuple[DelegatedScope, ...] = field(default=(), metadata={"graph": "api.oauth2PermissionScopes"})
    app_roles: tuple[AppRole, ...] = field(default=(), metadata={"toml": "roles", "graph": "appRoles"})
    access_token_version: AccessTokenVersion | None = field(
        default=1, metadata={"graph": "api.requestedAccessTokenVersion"}
    )
    access_token_lifetime: Seconds | None = None
    header_nonce: bool = False
    access_token_claims: tuple[OptionalClaim, ...] = field(default=(), metadata={"graph": "optionalClaims.accessToken"})
    id_token_claims: tuple[OptionalClaim, ...] = field(default=(), metadata={"graph": "optionalClaims.idToken"})
    group_claims: frozenset[GroupClaims] = field(default=frozenset(), metadata={"graph": "groupMembershipClaims"})
    secrets: tuple[Secret, ...] = field(default=(), metadata={"graph": "passwordCredentials"})
    certificates: tuple[Certificate, ...] = field(default=(), metadata={"graph": "keyCredentials"})
    federated: tuple[FederatedCredential, ...] = ()
    required_access: tuple[RequiredAccess, ...] = field(
        default=(), metadata={"toml": "", "graph": "requiredResourceAccess"}
    )
    pre_authorised: tuple[PreAuthorised, ...] = field(
        default=(), metadata={"toml": "", "graph": "api.preAuthorizedApplications"}
    )
    known_clients: tuple[ClientId, ...] = field(default=(), metadata={"graph": "api.knownClientApplications"})
    owners: frozenset[str] = field(default=frozenset(), metadata={"toml": ""})
    at_home: bool = field(default=True, metadata={"toml": ""})

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
