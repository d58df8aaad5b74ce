"""Issues tokens by the rules of the world, to clients that have asked for them properly and to tests."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace

from entra_double._tokens.state import State
from entra_double._tokens.tokens import access_token, application_token, id_token
from entra_double._world.errors import Refusal
from entra_double._world.ids import CONSUMERS
from entra_double._world.principals import ServicePrincipal, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration
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

_SHORTEST_ACCESS, _LONGEST_ACCESS = 3600, 5400

ID_TOKEN_LIFETIME = 3600
_PERSONAL_ID_TOKEN_LIFETIME = 86400


class Emulator(State):
    """A local Entra ID without a network; `State` says what it is made with."""

    def access_validity(self, resource: AppRegistration | None = None, tenant: Tenant | None = None) -> Validity:
        """Give an access token's life: what a test, the API or its tenant has set, else 60 to 90 minutes at random."""
        set_by = (
            self.access_token_lifetime,
            resource and resource.access_token_lifetime,
            tenant and tenant.access_token_lifetime,
        )
        lifetime = next((seconds for seconds in set_by if seconds), None)
        return Validity(now=self.now(), lifetime=lifetime or random.randint(_SHORTEST_ACCESS, _LONGEST_ACCESS))

    def issue_access_token(
        self,
        delegation: Delegation,
        asked: ResourceScopes,
        validity: Validity,
        *,
        through_browser: bool = False,
        wanted_contexts: frozenset[str] = frozenset(),
    ) -> str:
        """Make an access token for one API.

        Args:
            through_browser: Whether it comes in an address, where it names few groups.
            wanted_contexts: The authentication contexts that the client asks for, such as `c1`.

        Raises:
            Refusal: The rules do not let this person pass.
        """
        self._refuse_by_rule(attempt_of(delegation, asked.resource, self.now(), wanted_contexts=wanted_contexts))
        delegation = replace(delegation, contexts=delegation.contexts | wanted_contexts)
        keys = self.keys_for(delegation.person.tenant_id)
        token = access_token(
            keys, self.base_url, self.directory, delegation, asked, validity, through_browser=through_browser
        )
        self.grants.remember(token, delegation)
        return token

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
        """Make an ID token for the client; `id_token` explains the rest."""
        person = delegation.person
        lifetime = _PERSONAL_ID_TOKEN_LIFETIME if person.tenant_id == CONSUMERS else ID_TOKEN_LIFETIME
        return id_token(
            self.keys_for(person.tenant_id),
            self.base_url,
            self.directory,
            delegation,
            nonce,
            Validity(now=self.now(), lifetime=lifetime),
            version=version,
            code=code,
            access_token=access_token,
            through_browser=through_browser,
        )

    def issue_application_token(self, app_only: AppOnly, asked: ResourceScopes, validity: Validity) -> str:
        """Make an application's own access token for one API.

        Raises:
            Refusal: The rules do not let this application pass.
        """
        tenant_id, resource = app_only.tenant.id, asked.resource
        self._refuse_by_rule(
            Attempt(tenant_id=tenant_id, client=app_only.client, person=None, resources=(resource,), now=self.now())
        )
        roles = self.directory.application_roles_of(app_only.service_principal.id, tenant_id, resource)
        return application_token(self.keys_for(tenant_id), self.base_url, app_only, asked, roles, validity)

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
            person: User name of a person of any tenant, the domain left out where nobody else has it; the token is of
                their tenant.
            client_id: Who asks. What is not said of the three is chosen, as `choices` explains.
            version: That of the token, if not the one that the API is registered for.

        Raises:
            Refusal: As an interactive sign-in would be refused.
            Unclear: There is a choice, or none.
        """
        name = choose_person(self.directory) if person is None else person
        found = find_person(self.directory, name)
        if found is None:
            raise Refusal(50034, person=name, tenant=self.directory.tenants[0].name)
        scope = choose_scope(self.directory) if scope is None else scope
        client_id = choose_client(self.directory, found, scope) if client_id is None else client_id
        tenant, client = find_client(self.directory, found.tenant_id, client_id)
        openid = frozenset({"openid", "profile", "offline_access"})
        delegation = Delegation(
            person=found,
            client=client,
            session_id=str(uuid.uuid4()),
            openid=openid,
            proof=usual_proof(client),
            authenticated_at=self.now(),
            methods=frozenset({"pwd"}) | (found.methods & {SECOND_PROOF}),
        )
        asked = permit(
            read_scopes(scope, directory=self.directory, tenant=tenant, client=client).only(),
            directory=self.directory,
            tenant_id=tenant.id,
            client=client,
            person_id=found.object_id,
        )
        if version is not None:
            asked = replace(asked, resource=replace(asked.resource, access_token_version=version))
        return self.issue_access_token(delegation, asked, self.access_validity(asked.resource, tenant))

    def application_token(self, client_id: str | None = None, *, scope: str | None = None) -> str:
        """Make an application's own access token without its secret, for tests.

        Raises:
            Refusal: As the application would be refused.
            Unclear: There is a choice, or none.
        """
        client_id = choose_daemon(self.directory) if client_id is None else client_id
        known = self.directory.registration(client_id)
        home = known.tenant_id if known else self.directory.tenants[0].id
        tenant, client = find_client(self.directory, home, client_id)
        scope = choose_application_scope(self.directory, client) if scope is None else scope
        asked = read_application_scope(scope, directory=self.directory, tenant=tenant)
        app_only = AppOnly(
            tenant=tenant,
            client=client,
            service_principal=self.service_principal(tenant, client),
            proof=ClientProof.SECRET,
        )
        return self.issue_application_token(app_only, asked, self.access_validity(asked.resource, tenant))

    def service_principal(self, tenant: Tenant, client: AppRegistration) -> ServicePrincipal:
        """Give an application's own identity in a tenant.

        Raises:
            Refusal: It has none there (700016).
        """
        if entry := self.directory.service_principal(tenant.id, client.client_id):
            return entry
        raise Refusal(700016, client_id=client.client_id, tenant=tenant.name)
