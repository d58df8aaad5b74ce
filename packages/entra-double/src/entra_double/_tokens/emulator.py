"""Issues access tokens and ID tokens by the rules of the directory, to clients and to tests."""

import hashlib
import random
import secrets
import uuid
from dataclasses import replace

from entra_double._tokens.claims.common import Source
from entra_double._tokens.claims.table import claims_of
from entra_double._tokens.state import State
from entra_double._tokens.verifying import Claims, base64url
from entra_double._world.errors import Refusal
from entra_double._world.ids import CONSUMERS, GRAPH_CLIENT_ID
from entra_double._world.principals import ServicePrincipal, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration, OptionalClaim
from entra_double._world.requests.choices import (
    choose_application_scope,
    choose_client,
    choose_daemon,
    choose_person,
    choose_scope,
    find_person,
)
from entra_double._world.requests.delegation import AppOnly, ClientProof, Delegation, Validity, usual_proof
from entra_double._world.requests.lookup import find_client
from entra_double._world.requests.rules import SECOND_PROOF, Attempt, attempt_of, refusal_of
from entra_double._world.requests.scopes import ResourceScopes, permit, read_application_scope, read_scopes

ACCESS_TOKEN_LIFETIME = (3600, 5400)
ID_TOKEN_LIFETIME = 3600
_PERSONAL_ID_TOKEN_LIFETIME = 86400


class Emulator(State):
    """A local Entra ID without a network; `State` has its arguments."""

    def access_validity(self, resource: AppRegistration | None = None, tenant: Tenant | None = None) -> Validity:
        """Give an access token's life: what a test, the API or its tenant has set, else 60 to 90 minutes at random."""
        of_resource = resource.access_token_lifetime if resource else None
        of_tenant = tenant.access_token_lifetime if tenant else None
        lifetime = self.access_token_lifetime or of_resource or of_tenant
        return Validity(now=self.now(), lifetime=lifetime or random.randint(*ACCESS_TOKEN_LIFETIME))

    def issue_access_token(
        self,
        delegation: Delegation,
        asked: ResourceScopes,
        validity: Validity,
        *,
        through_browser: bool = False,
        wanted_contexts: frozenset[str] = frozenset(),
        wanted_policies: frozenset[str] = frozenset(),
    ) -> str:
        """Make an access token for one API, unless the rules refuse the person.

        `wanted_contexts` are authentication contexts that the client asks for, such as `c1`, and `wanted_policies` ids
        of policies; a token that comes `through_browser`, in an address, names few groups.
        """
        wanted = {"wanted_contexts": wanted_contexts, "wanted_policies": wanted_policies}
        self._refuse_by_rule(attempt_of(delegation, asked.resource, now=self.now(), **wanted))
        delegation = replace(delegation, contexts=delegation.contexts | wanted_contexts)
        token = self._access_token(delegation, asked, validity, through_browser=through_browser)
        self.grants.remember(token, delegation)
        return token

    def issue_application_token(self, app_only: AppOnly, asked: ResourceScopes, validity: Validity) -> str:
        """Make an application's own access token for one API, unless the rules refuse the application."""
        tenant_id, apis = app_only.tenant.id, (asked.resource,)
        self._refuse_by_rule(
            Attempt(tenant_id=tenant_id, client=app_only.client, person=None, resources=apis, now=self.now())
        )
        return self._access_token(app_only, asked, validity)

    def issue_id_token(
        self,
        delegation: Delegation,
        nonce: str | None,
        *,
        version: AccessTokenVersion = 2,
        code: str | None = None,
        access_token: str | None = None,
        through_browser: bool = False,
    ) -> str:
        """Make an ID token, with the roles and groups that the client's own registration knows.

        `version` is that of the endpoint; `code` and `access_token` are sent beside it, tied by `c_hash` and `at_hash`.
        """
        client, tenant_id = delegation.client, delegation.person.tenant_id
        source = Source(
            directory=self.directory,
            base_url=self.base_url,
            by=delegation,
            audience=client,
            version=version,
            wanted=client.id_token_claims,
            through_browser=through_browser,
        )
        lifetime = _PERSONAL_ID_TOKEN_LIFETIME if tenant_id == CONSUMERS else ID_TOKEN_LIFETIME
        claims = Validity(now=self.now(), lifetime=lifetime).claims() | claims_of(source)
        ties = {"nonce": nonce, "c_hash": _half_hash(code), "at_hash": _half_hash(access_token)}
        claims |= {name: value for name, value in ties.items() if value}
        return self.keys_for(tenant_id).sign(_ordered(claims), x5t=version == 1)

    def _access_token(
        self, by: Delegation | AppOnly, asked: ResourceScopes, validity: Validity, *, through_browser: bool = False
    ) -> str:
        resource = asked.resource
        source = Source(
            directory=self.directory,
            base_url=self.base_url,
            by=by,
            audience=resource,
            version=2 if resource.access_token_version == 2 else 1,
            wanted=_wanted_by(resource),
            asked=asked,
            through_browser=through_browser,
        )
        claims, nonce = validity.claims() | claims_of(source), None
        if resource.header_nonce:
            nonce = secrets.token_urlsafe(32)
        return self.keys_for(source.tenant_id).sign(_ordered(claims), x5t=source.version == 1, nonce=nonce)

    def _refuse_by_rule(self, attempt: Attempt) -> None:
        if refusal := refusal_of(self.directory, attempt):
            raise refusal

    def access_token(
        self,
        person: str | None = None,
        *,
        client_id: str | None = None,
        scope: str | None = None,
        version: AccessTokenVersion | None = None,
    ) -> str:
        """Make an access token without a browser, for tests: as if the person had just proved all that they can.

        Args:
            person: User name of a person of any tenant, without the domain if that is clear; the token is of their
                tenant.
            client_id: The client. What is left out of the three is chosen, as `choices` explains.
            version: That of the token, if not the one that the API is registered for.
        """
        name = choose_person(self.directory) if person is None else person
        found = find_person(self.directory, name)
        if found is None:
            raise Refusal(50034, person=name, tenant=self.directory.tenants[0].name)
        scope = choose_scope(self.directory) if scope is None else scope
        client_id = choose_client(self.directory, found, scope) if client_id is None else client_id
        tenant, client = find_client(self.directory, found.tenant_id, client_id)
        asked = permit(
            read_scopes(scope, directory=self.directory, tenant=tenant, client=client).only(),
            directory=self.directory,
            tenant_id=tenant.id,
            client=client,
            person_id=found.object_id,
        )
        if version is not None:
            asked = replace(asked, resource=replace(asked.resource, access_token_version=version))
        delegation = Delegation(
            person=found,
            client=client,
            session_id=str(uuid.uuid4()),
            openid=frozenset({"openid", "profile", "offline_access"}),
            proof=usual_proof(client),
            authenticated_at=self.now(),
            methods=frozenset({"pwd"}) | (found.methods & {SECOND_PROOF}),
        )
        return self.issue_access_token(delegation, asked, self.access_validity(asked.resource, tenant))

    def application_token(self, client_id: str | None = None, *, scope: str | None = None) -> str:
        """Make an application's own access token without its secret, for tests."""
        client_id = choose_daemon(self.directory) if client_id is None else client_id
        known = self.directory.registration(client_id)
        home = known.tenant_id if known else self.directory.tenants[0].id
        tenant, client = find_client(self.directory, home, client_id)
        scope = choose_application_scope(self.directory, client) if scope is None else scope
        asked = read_application_scope(scope, directory=self.directory, tenant=tenant)
        entry = self.service_principal(tenant, client)
        app_only = AppOnly(tenant=tenant, client=client, service_principal=entry, proof=ClientProof.SECRET)
        return self.issue_application_token(app_only, asked, self.access_validity(asked.resource, tenant))

    def service_principal(self, tenant: Tenant, client: AppRegistration) -> ServicePrincipal:
        """Give an application's own identity in a tenant, or refuse one that has none there (700016)."""
        if entry := self.directory.service_principal(tenant.id, client.client_id):
            return entry
        raise Refusal(700016, client_id=client.client_id, tenant=tenant.name)


def _wanted_by(resource: AppRegistration) -> tuple[OptionalClaim, ...]:
    """Give the optional claims of an API's tokens; Microsoft Graph wants to know what a client understands."""
    own = tuple(claim for claim in resource.access_token_claims if claim.name != "login_hint")
    return (*own, OptionalClaim(name="xms_cc")) if resource.client_id == GRAPH_CLIENT_ID else own


def _half_hash(text: str | None) -> str | None:
    """Give the left half of the SHA-256 (OpenID Connect Core 1.0, section 3.3.2.11)."""
    return base64url(hashlib.sha256(text.encode()).digest()[:16]) if text else None


def _ordered(claims: Claims) -> Claims:
    """Put the well-known claims first, as the service does, so that a decoded token is easy to read."""
    first = ("aud", "iss", "iat", "nbf", "exp")
    return {name: claims[name] for name in (*first, *sorted(claims.keys() - set(first)))}
