"""Describes tenants, people, groups and service principals as frozen values."""

from dataclasses import dataclass, field

from entra_double._world.ids import CONSUMERS, derived_id
from entra_double._world.values import (
    Address,
    ApplicationId,
    Count,
    Domain,
    Guid,
    Moment,
    PrincipalId,
    Seconds,
    Text,
    Username,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One organisation's directory; `domains` are further ones. A token lists at most `most_groups` groups."""

    name: Text
    domain: Domain
    id: Guid
    domains: tuple[Domain, ...] = ()
    region: Text = "EU"
    country: Text = "NL"
    access_token_lifetime: Seconds | None = None
    most_groups: Count = 200

    @property
    def is_personal(self) -> bool:
        return self.id == CONSUMERS


PERSONAL = Tenant(id=CONSUMERS, domain="live.com", name="Personal accounts")
"""The tenant of all personal accounts; it exists whether or not a directory lists it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account in a tenant; a guest's home is another tenant.

    Without an `email` the user name is the address. `identity_provider` is one such as `live.com` or `mail`; without
    one it is the home tenant. Tokens from before `valid_from` are revoked. `methods` are the person's factors.
    """

    name: Text
    username: Username
    object_id: Guid = field(metadata={"toml": "id"})
    tenant_id: str = field(metadata={"toml": ""})
    given_name: str
    family_name: str
    user_principal_name: Address
    home_tenant_id: str = field(metadata={"toml": ""})
    home_object_id: Guid = field(metadata={"toml": "home_id"})
    email: Address | None = None
    email_verified: bool = True
    enabled: bool = True
    identity_provider: Text | None = None
    country: Text | None = None
    language: Text | None = None
    valid_from: Moment = 0
    methods: frozenset[Text] = frozenset({"pwd", "mfa"})
    directory_roles: tuple[Text, ...] = ()

    @property
    def is_guest(self) -> bool:
        return self.home_tenant_id != self.tenant_id

    @property
    def is_personal(self) -> bool:
        return self.home_tenant_id == CONSUMERS

    @property
    def address(self) -> str:
        return self.username if self.email is None else self.email

    def is_called(self, text: str) -> bool:
        """Say whether the name or the user name has `text` in it, in any case of letters."""
        wanted = text.casefold()
        return wanted in self.name.casefold() or wanted in self.username.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group; `members` are object ids of people, service principals and other groups."""

    name: Text
    object_id: Guid = field(metadata={"toml": "id"})
    tenant_id: str = field(metadata={"toml": ""})
    members: frozenset[PrincipalId] = frozenset()
    security: bool = True
    mail: Address | None = None
    sam_account_name: Text | None = None
    dns_domain: Text | None = None
    netbios_domain: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """An application's identity in one tenant."""

    tenant_id: str = field(metadata={"toml": ""})
    client_id: ApplicationId = field(metadata={"toml": "application"})
    object_id: Guid = field(default="", metadata={"toml": "id"})
    enabled: bool = True
    assignment_required: bool = False
    tags: tuple[Text, ...] = ()

    @property
    def id(self) -> str:
        return self.object_id or derived_id("service principal", self.tenant_id, self.client_id)
