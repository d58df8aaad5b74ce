"""Describes the token that claims are made for: its kind, its version, and the person or application behind it."""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._world.directory import Directory
from entra_double._world.ids import CONSUMERS
from entra_double._world.principals import Person, ServicePrincipal, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration, OptionalClaim
from entra_double._world.requests.delegation import AppOnly, Delegation
from entra_double._world.requests.scopes import ResourceScopes


def v1_issuer(tenant_id: str) -> str:
    return f"https://sts.windows.net/{tenant_id}/"


def v2_issuer(base_url: str, tenant_id: str) -> str:
    return f"{base_url}/{tenant_id}/v2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a token is made of.

    `by` is a person's delegation, or an application. `audience` is the API, or with an ID token the client; `wanted`
    are the optional claims that it registered. Only access tokens have `asked`. A token that comes `through_browser` is
    in an address, so it names few groups.
    """

    directory: Directory
    base_url: str
    by: Delegation | AppOnly
    audience: AppRegistration
    version: AccessTokenVersion
    wanted: tuple[OptionalClaim, ...]
    asked: ResourceScopes | None = None
    through_browser: bool = False

    @property
    def delegation(self) -> Delegation:
        assert isinstance(self.by, Delegation)
        return self.by

    @property
    def person(self) -> Person:
        return self.delegation.person

    @property
    def application(self) -> ServicePrincipal | None:
        return self.by.service_principal if isinstance(self.by, AppOnly) else None

    @property
    def tenant_id(self) -> str:
        return self.by.tenant.id if isinstance(self.by, AppOnly) else self.by.person.tenant_id

    @property
    def tenant(self) -> Tenant | None:
        return self.directory.tenant(self.tenant_id)

    @property
    def traits(self) -> frozenset[str]:
        """Give what decides which claims the token has."""
        traits = {"id" if self.asked is None else "access", f"v{self.version}"}
        if isinstance(self.by, AppOnly):
            return frozenset({*traits, "application", "work"})
        traits.add("personal" if self.tenant_id == CONSUMERS else "work")
        traits |= {"person", "guest" if self.by.person.is_guest else "member", *self.by.openid}
        return frozenset({*traits, "max_age"} if self.by.shows_auth_time else traits)

    @property
    def issuer(self) -> str:
        return v1_issuer(self.tenant_id) if self.version == 1 else v2_issuer(self.base_url, self.tenant_id)

    def wants(self, claim: str) -> bool:
        return any(known.name == claim for known in self.wanted)

    def properties_of(self, claim: str) -> frozenset[str]:
        """Give what the registration says about an optional claim; empty when it does not ask for it."""
        return next((known.additional_properties for known in self.wanted if known.name == claim), frozenset())
