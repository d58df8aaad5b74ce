"""Describes a token request that has found its client, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass

from entra_local._delegation import ClientProof
from entra_local._directory import Directory
from entra_local._lookup import Parameters
from entra_local._principals import Person, Tenant
from entra_local._registration import AccessTokenVersion, AppRegistration
from entra_local._scopes import ResourceScopes, permit, read_scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A successful answer of the token endpoint, and whom it speaks of: a user name, or an application's name."""

    body: dict[str, object]
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """`origin` is the header of that name, `version` is that of the endpoint."""

    tenant: Tenant
    client: AppRegistration
    parameters: Parameters
    origin: str | None
    proof: ClientProof
    version: AccessTokenVersion = 2

    def scopes(self, directory: Directory, otherwise: str, person: Person) -> ResourceScopes:
        """Understand what is asked for, or else `otherwise`, and make sure that `person` lets the client have it."""
        text = self.parameters.get("scope") or otherwise
        asked = read_scopes(text, directory=directory, tenant=self.tenant, client=self.client).only()
        return permit(
            asked, directory=directory, tenant_id=self.tenant.id, client=self.client, person_id=person.object_id
        )
