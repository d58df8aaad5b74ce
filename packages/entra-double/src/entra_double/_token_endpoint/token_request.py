"""Describes a token request with an authenticated client, and makes the answer, in v2.0's or v1.0's form."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from entra_double._tokens.claims.person import client_info
from entra_double._tokens.claims.request import ClaimsRequest
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory.grants import RefreshGrant
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration, Platform
from entra_double._world.requests.delegation import BACKDATED, ClientProof, Validity
from entra_double._world.requests.lookup import Parameters, required
from entra_double._world.requests.scopes import ResourceScopes, default_scope, permit, read_scopes, resource_in


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
        """Give what is asked for: v2.0's `scope`, or `.default` of v1.0's `resource`; or else `otherwise`."""
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


def answer(
    request: TokenRequest,
    grant: RefreshGrant,
    text: str,
    *,
    nonce: str | None = None,
    spend: Callable[[], object] = lambda: None,
) -> Redemption:
    """Answer a grant in which a person takes part, with the scopes in `text`; `spend` ends its code.

    `grant` is what the next refresh token stands for, `nonce` the one of the authorize request.
    """
    emulator, capabilities = request.emulator, request.claims.capabilities or grant.delegation.capabilities
    delegation = replace(grant.delegation, client=request.client, proof=request.proof, capabilities=capabilities)
    person = delegation.person
    asked = request.scopes(text, person)
    validity = emulator.access_validity(asked.resource, request.tenant_of(person))
    token = emulator.issue_access_token(
        delegation,
        asked,
        validity,
        wanted_contexts=request.claims.contexts,
        wanted_policies=request.claims.policies,
    )
    spend()
    body = envelope(request.version, asked, validity, token)
    body["scope"] = " ".join(asked.names if request.version == 1 else asked.granted)
    if "offline_access" in delegation.openid:
        body |= _refresh_members(request, replace(grant, delegation=delegation))
    if "openid" in delegation.openid:
        body["id_token"] = emulator.issue_id_token(delegation, nonce, version=request.version)
    if request.parameters.get("client_info") == "1":
        body["client_info"] = client_info(person)
    return Redemption(body=body, principal=person.username)


def envelope(version: AccessTokenVersion, asked: ResourceScopes, validity: Validity, token: str) -> dict[str, object]:
    """Give the members that every answer has; v1.0 writes numbers as text, and says more."""
    body: dict[str, object] = {"token_type": "Bearer", "access_token": token}
    if version == 2:
        return body | {"expires_in": validity.lifetime, "ext_expires_in": validity.lifetime}
    return body | {
        "expires_in": str(validity.lifetime),
        "ext_expires_in": str(validity.lifetime),
        "expires_on": str(validity.now + validity.lifetime),
        "not_before": str(validity.now - BACKDATED),
        "resource": asked.audience,
    }


def _refresh_members(request: TokenRequest, grant: RefreshGrant) -> dict[str, object]:
    """Issue the next refresh token; that of an SPA says how much of the first one's day is left."""
    members: dict[str, object] = {"refresh_token": request.emulator.grants.issue_refresh_token(grant)}
    if grant.platform is Platform.SPA:
        remaining = grant.remaining(request.emulator.now())
        members["refresh_token_expires_in"] = remaining if request.version == 2 else str(remaining)
    return members
