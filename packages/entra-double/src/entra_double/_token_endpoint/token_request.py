"""Describes a token request that has found its client, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._tokens.claims_request import ClaimsRequest
from entra_double._tokens.grants import CodeGrant, RefreshGrant
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration, Platform
from entra_double._world.requests.delegation import ClientProof
from entra_double._world.requests.lookup import Parameters, required
from entra_double._world.requests.scopes import ResourceScopes, default_scope, permit, read_scopes, resource_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A successful answer of the token endpoint, and whom it speaks of: a user name, or an application's name."""

    body: dict[str, object]
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A request with its client.

    `tenants` are those that the address stands for, one or several; `origin` is the header of that name, `claims` the
    parameter of that name, `version` is that of the endpoint.
    """

    tenants: tuple[Tenant, ...]
    client: AppRegistration
    parameters: Parameters
    origin: str | None
    proof: ClientProof
    claims: ClaimsRequest
    version: AccessTokenVersion = 2

    def tenant_of(self, person: Person) -> Tenant:
        """Give the tenant of somebody's account.

        Raises:
            Refusal: The address stands for other tenants (70000).
        """
        found = next((tenant for tenant in self.tenants if tenant.id == person.tenant_id), None)
        if found is None:
            raise Refusal(70000)
        return found

    def asked(self, otherwise: str | None = None) -> str:
        """Give what is asked for: v2.0's `scope`, or `.default` of v1.0's `resource`; or else `otherwise`.

        Raises:
            Refusal: Nothing is asked for, where something must be (900144).
        """
        name = "resource" if self.version == 1 else "scope"
        if otherwise is not None and not self.parameters.get(name):
            return otherwise
        text = required(self.parameters, name)
        return default_scope(text) if self.version == 1 else text

    @property
    def resource(self) -> str | None:
        return resource_in(self.parameters, self.version)

    def scopes(self, directory: Directory, text: str, person: Person) -> ResourceScopes:
        """Understand `text`, and make sure that `person` lets the client have what it names."""
        tenant = self.tenant_of(person)
        asked = read_scopes(text, directory=directory, tenant=tenant, client=self.client, resource=self.resource).only()
        return permit(asked, directory=directory, tenant_id=tenant.id, client=self.client, person_id=person.object_id)


def refuse_strangers(grant: CodeGrant | RefreshGrant, request: TokenRequest) -> None:
    """Refuse a grant of another client, and one that is redeemed on another platform than it was made for."""
    if grant.delegation.client.client_id != request.client.client_id:
        raise Refusal(70000)
    if grant.platform is Platform.SPA and request.origin is None:
        raise Refusal(9002327)
    if grant.platform is not Platform.SPA and request.origin is not None:
        raise Refusal(9002326, origin=request.origin)
    if grant.platform is Platform.WEB and request.proof is ClientProof.NONE:
        raise Refusal(7000218)
    if grant.platform is not Platform.WEB and request.proof is not ClientProof.NONE:
        raise Refusal(700025)
