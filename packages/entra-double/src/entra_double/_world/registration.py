"""Describes an application's entry in the directory, with its redirect URIs and credentials, as frozen values.

https://learn.microsoft.com/entra/identity-platform/reply-url
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from entra_double._world.ids import CONSUMERS, derived_id
from entra_double._world.values import FAR_FUTURE, ClientId, Guid, Moment, PublicKey, Seconds, Text

_LOCALHOST_URI = re.compile(r"(https?://localhost)(?::\d{1,5})?(/[^\s\\]*)?")

_LONGEST = 256
_FORBIDDEN = re.compile(r"[!$'(),;*\s\\]")
_HOST = r"https://([\w.-]+|\[[0-9a-fA-F:.]+\])|http://(localhost|127\.0\.0\.1)"
_SECURE = re.compile(rf"({_HOST})(:\d{{1,5}})?([/?].*)?")
_OWN_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:.+", re.IGNORECASE)

AccessTokenVersion = Annotated[Literal[1, 2], "version"]


def _graph(path: str, **more: str) -> dict[str, str]:
    """Return the metadata of a field that Microsoft Graph has at `path`."""
    return {"graph": path, **more}


class Platform(StrEnum):
    """The kind of redirect URI, in the words of an application manifest."""

    SPA = "spa"
    PUBLIC_CLIENT = "publicClient"
    WEB = "web"


class Audience(StrEnum):
    """The accounts that an application is for (`signInAudience`)."""

    ONE = "AzureADMyOrg"
    MANY = "AzureADMultipleOrgs"
    EVERYBODY = "AzureADandPersonalMicrosoftAccount"
    PERSONAL = "PersonalMicrosoftAccount"


class GroupClaims(StrEnum):
    """The groups that a token lists (`groupMembershipClaims`)."""

    SECURITY = "SecurityGroup"
    ROLES = "DirectoryRole"
    ASSIGNED = "ApplicationGroup"
    ALL = "All"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedScope:
    """A scope that an API defines; `value` is the text in the token."""

    value: Text = field(metadata=_graph("value"))
    id: Guid = field(metadata=_graph("id"))
    admin_consent: bool = False
    enabled: bool = field(default=True, metadata=_graph("isEnabled"))
    name: str = field(default="", metadata=_graph("adminConsentDisplayName"))
    description: str = field(default="", metadata=_graph("adminConsentDescription"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRole:
    """A role that an API defines, for people, applications or both; `value` is the text in the token."""

    value: Text = field(metadata=_graph("value"))
    id: Guid = field(metadata=_graph("id"))
    for_people: bool = field(default=True, metadata={"toml": ""})
    for_applications: bool = field(default=False, metadata={"toml": ""})
    enabled: bool = field(default=True, metadata=_graph("isEnabled"))
    name: str = field(default="", metadata=_graph("displayName"))
    description: str = field(default="", metadata=_graph("description"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalClaim:
    """A claim that a registration asks for on top of the default ones."""

    name: Text = field(metadata=_graph("name"))
    additional_properties: frozenset[Text] = field(default=frozenset(), metadata=_graph("additionalProperties"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    value: Text = field(repr=False)
    key_id: Guid = field(metadata={"toml": "id", "graph": "keyId"})
    name: str = field(default="", metadata=_graph("displayName"))
    starts_at: Moment = field(default=0, metadata={"toml": "starts", "graph": "startDateTime"})
    ends_at: Moment = field(default=FAR_FUTURE, metadata={"toml": "expires", "graph": "endDateTime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    key_id: Guid = field(metadata={"toml": "id", "graph": "keyId"})
    der: bytes = field(repr=False, metadata={"toml": ""})
    name: str = field(default="", metadata=_graph("displayName"))
    ends_at: Moment = field(default=FAR_FUTURE, metadata={"toml": "expires", "graph": "endDateTime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """Tokens that authenticate an application; without a `public_key` the issuer is a tenant of the emulator."""

    issuer: Text
    subject: Text
    id: Guid
    name: str
    audience: Text = "api://AzureADTokenExchange"
    public_key: PublicKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectUri:
    platform: Platform
    uri: str


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

    The metadata of a field has its path in Microsoft Graph, and its key in the directory file where that differs (empty
    where no single key is the field). `owners` are object ids of principals that registered it through Graph, which
    makes no service principal with it. An `access_token_version` of None means version 1.
    """

    name: Text = field(metadata=_graph("displayName"))
    client_id: Guid = field(metadata=_graph("appId"))
    tenant_id: str = field(metadata={"toml": ""})
    object_id: Guid = ""
    unique_name: Text | None = field(default=None, metadata=_graph("uniqueName"))
    audience: Audience = field(default=Audience.ONE, metadata=_graph("signInAudience"))
    redirect_uris: tuple[RedirectUri, ...] = field(default=(), metadata={"toml": ""})
    logout_uri: Text | None = field(default=None, metadata=_graph("web.logoutUrl"))
    public_client: bool = field(default=False, metadata=_graph("isFallbackPublicClient"))
    implicit_id_token: bool = field(default=False, metadata=_graph("web.implicitGrantSettings.enableIdTokenIssuance"))
    implicit_access_token: bool = field(
        default=False, metadata=_graph("web.implicitGrantSettings.enableAccessTokenIssuance")
    )
    app_id_uris: tuple[Text, ...] = field(default=(), metadata=_graph("identifierUris"))
    scopes: tuple[DelegatedScope, ...] = field(default=(), metadata=_graph("api.oauth2PermissionScopes"))
    app_roles: tuple[AppRole, ...] = field(default=(), metadata={"toml": "roles", "graph": "appRoles"})
    access_token_version: AccessTokenVersion | None = field(
        default=1, metadata=_graph("api.requestedAccessTokenVersion")
    )
    access_token_lifetime: Seconds | None = None
    header_nonce: bool = False
    access_token_claims: tuple[OptionalClaim, ...] = field(default=(), metadata=_graph("optionalClaims.accessToken"))
    id_token_claims: tuple[OptionalClaim, ...] = field(default=(), metadata=_graph("optionalClaims.idToken"))
    group_claims: frozenset[GroupClaims] = field(default=frozenset(), metadata=_graph("groupMembershipClaims"))
    secrets: tuple[Secret, ...] = field(default=(), metadata=_graph("passwordCredentials"))
    certificates: tuple[Certificate, ...] = field(default=(), metadata=_graph("keyCredentials"))
    federated: tuple[FederatedCredential, ...] = ()
    required_access: tuple[RequiredAccess, ...] = field(default=(), metadata=_graph("requiredResourceAccess", toml=""))
    pre_authorised: tuple[PreAuthorised, ...] = field(
        default=(), metadata=_graph("api.preAuthorizedApplications", toml="")
    )
    known_clients: tuple[ClientId, ...] = field(default=(), metadata=_graph("api.knownClientApplications"))
    owners: frozenset[str] = field(default=frozenset(), metadata={"toml": ""})
    has_service_principal: bool = field(default=True, metadata={"toml": ""})

    @property
    def id(self) -> str:
        return self.object_id or derived_id("application", self.client_id)

    @property
    def is_confidential(self) -> bool:
        """Say whether it can authenticate; a browser or a phone keeps no secret."""
        return bool(self.secrets or self.certificates or self.federated)

    @property
    def app_id_uri(self) -> str | None:
        return next(iter(self.app_id_uris), None)

    def is_called(self, name: str) -> bool:
        """Say whether a name is its client id or App ID URI, in any case of letters, with or without a final slash."""
        names = {known.lower() for known in (self.client_id, *self.app_id_uris)}
        return not names.isdisjoint((name.lower(), name.lower().removesuffix("/")))

    def scope(self, value: str) -> DelegatedScope | None:
        """Find an enabled scope, in any case of letters."""
        wanted = value.lower()
        return next((known for known in self.scopes if known.value.lower() == wanted and known.enabled), None)

    def spelled(self, value: str) -> str:
        """Return a scope as it is registered; one that is unknown stays as it is."""
        known = self.scope(value)
        return known.value if known else value

    def platform_of(self, uri: str) -> Platform | None:
        """Return the platform of a redirect URI, which must match exactly; only the port of localhost is ignored."""
        wanted = without_localhost_port(uri)
        same = (known for known in self.redirect_uris if without_localhost_port(known.uri) == wanted)
        return next((known.platform for known in same), None)

    def admits(self, tenant_id: str) -> bool:
        """Say whether it is for the accounts of a tenant."""
        if self.audience is Audience.ONE:
            return tenant_id == self.tenant_id
        is_personal = tenant_id == CONSUMERS
        return self.audience is Audience.EVERYBODY or is_personal is (self.audience is Audience.PERSONAL)


def without_localhost_port(uri: str) -> str:
    match = _LOCALHOST_URI.fullmatch(uri)
    return match[1] + (match[2] or "") if match else uri


def problem_with(uri: str, platform: Platform) -> str | None:
    """Return the rule that a redirect URI breaks, without a full stop; None if it may be registered."""
    if len(uri) > _LONGEST:
        return f"a redirect URI has at most {_LONGEST} characters, this one {len(uri)}"
    if wrong := _FORBIDDEN.search(uri):
        return f"a redirect URI may not hold {wrong[0]!r}"
    if "#" in uri:
        return "a redirect URI has no fragment"
    if not (_SECURE.fullmatch(uri) or (platform is Platform.PUBLIC_CLIENT and _OWN_SCHEME.fullmatch(uri))):
        return "a redirect URI begins with https://, http://localhost or http://127.0.0.1"
    return None


def origin_of(uri: str) -> str:
    return "/".join(without_localhost_port(uri).split("/", 3)[:3])
