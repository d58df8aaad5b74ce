"""Describes a token request whose client is known, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._tokens.claims.request import ClaimsRequest
from entra_double._tokens.emulator import Emulator
from entra_double._world.delegation import ClientProof
from entra_double._world.errors import Refusal
from entra_double._world.lookup import Parameters, required
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration
from entra_double._world.scopes import ResourceScopes, default_scope, permit, read_scopes, resource_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A successful answer of the token endpoint; `principal` is the user name or the application's name."""

    body: dict[str, object]
    principal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A request with its client; `tenants` are those that the address stands for, one or several."""

    emulator: Emulator
    tenants: tuple[Tenant, ...]
    client: AppRegistration
    parameters: Parameters
    origin: str | None
    proof: ClientProof
    claims: ClaimsRequest
    version: AccessTokenVersion = 2

    @property
    def resource(self) -> str | None:
        return resource_in(self.parameters, self.version)

    def tenant_of(self, person: Person) -> Tenant:
        """Give the tenant of a person, which the address stands for (otherwise 70000)."""
        for tenant in self.tenants:
            if tenant.id == person.tenant_id:
                return tenant
        raise Refusal(70000)

    def asked(self, otherwise: str | None = None) -> str:
        """Give what is asked for: v2.0's `scope`, or `.default` of v1.0's `resource`; or else `otherwise`, if that may be."""
        name = "resource" if self.version == 1 else "scope"
        if otherwise is not None and not self.parameters.get(name):
            return otherwise
        text = required(self.parameters, name)
        return default_scope(text) if self.version == 1 else text

    def scopes(self, text: str, person: Person) -> ResourceScopes:
        """Understand `text`, and make sure that `person` lets the client have what it names."""
        directory, tenant = self.emulator.directory, self.tenant_of(person)
        asked = read_scopes(text, directory=directory, tenant=tenant, client=self.client, resource=self.resource).only()
        return permit(asked, directory=directory, tenant_id=tenant.id, client=self.client, person_id=person.object_id)
