"""Holds everything that changes while entra-local runs: clock, keys, grants, sessions, and the switches of a test."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from entra_local._bounded import Bounded
from entra_local._delegation import AppOnly, ClientProof, Delegation, Validity
from entra_local._directory import Directory
from entra_local._errors import ErrorReport, Refusal
from entra_local._grants import GrantStore, as_text
from entra_local._host_gate import LOOPBACK, host_of
from entra_local._ids import is_guid
from entra_local._lookup import find_client, find_person
from entra_local._outages import Outages
from entra_local._principals import ServicePrincipal, Tenant
from entra_local._registration import AccessTokenVersion, AppRegistration
from entra_local._rules import Attempt, attempt_of, refusal_of
from entra_local._scopes import ResourceScopes, permit, read_application_scope, read_scopes
from entra_local._seed import API_SCOPE, SPA_CLIENT_ID, seed
from entra_local._sessions import SessionStore
from entra_local._signing import KeyRing, SigningKey, as_signed
from entra_local._tokens import access_token, application_token, id_token
from entra_local._verifying import BadToken, Claims, verify
from entra_local._well_known import CONSUMERS

_SHORTEST_ACCESS, _LONGEST_ACCESS = 3600, 5400
_RECORDED_REQUESTS = 1000

ID_TOKEN_LIFETIME = 3600
_PERSONAL_ID_TOKEN_LIFETIME = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A state that an emulator can go back to, as often as wanted."""

    directory: Directory
    clock_offset: int
    access_token_lifetime: int | None
    grants: GrantStore
    sessions: SessionStore
    outages: Outages
    keys: KeyRing


class Emulator:
    """A local Entra ID without a network.

    Args:
        base_url: The one address that clients use, such as `http://localhost:8400`; issuers are made of it.
        directory: The world; by default the seed that the README describes.
        keys: The signing keys; by default fresh ones.
        personal_keys: Those for tokens of personal accounts; by default fresh ones, made when they are first needed.
        clock: Gives seconds since 1970.
        hosts: Names to answer to, beside that in `base_url` and those of this machine.
        control_token: What the control interface asks for; without one it asks for its header alone.
    """

    def __init__(
        self,
        *,
        base_url: str = "http://localhost:8400",
        directory: Directory | None = None,
        keys: KeyRing | None = None,
        personal_keys: KeyRing | None = None,
        clock: Callable[[], float] = time.time,
        hosts: Iterable[str] = (),
        control_token: str | None = None,
    ) -> None:
        self.base_url = base_url
        self.hosts = LOOPBACK | {host_of(base_url), *hosts}
        self.instance_id = str(uuid.uuid4())
        self.control_token = control_token
        self.on_change: Callable[[Directory], None] | None = None
        self.keys = keys or KeyRing()
        self._ready_personal_keys = personal_keys
        self.grants = GrantStore()
        self.sessions = SessionStore()
        self.outages = Outages()
        self.requests: deque[dict[str, object]] = deque(maxlen=_RECORDED_REQUESTS)
        self._lock = threading.Lock()
        self._assertion_ids: Bounded[str, None] = Bounded()
        self._clock = clock
        self._directory = self._directory_at_start = directory or seed()
        self.reset()

    @property
    def directory(self) -> Directory:
        """The world; whoever sets another one tells `on_change`."""
        return self._directory

    @directory.setter
    def directory(self, directory: Directory) -> None:
        self._directory = directory
        if self.on_change:
            self.on_change(directory)

    def reset(self) -> None:
        """Go back to the state at start; only the signing keys stay."""
        self.directory = self._directory_at_start
        self.clock_offset = 0
        self.access_token_lifetime: int | None = None
        self.grants.clear()
        self.sessions.clear()
        self.outages.end()
        self.requests.clear()
        self._assertion_ids.clear()

    def snapshot(self) -> Snapshot:
        """Keep the state of this moment, the signing keys included."""
        return Snapshot(
            directory=self.directory,
            clock_offset=self.clock_offset,
            access_token_lifetime=self.access_token_lifetime,
            grants=self.grants.copy(),
            sessions=self.sessions.copy(),
            outages=self.outages.copy(),
            keys=self.keys.copy(),
        )

    def rollback(self, snapshot: Snapshot) -> None:
        """Go back to a state of this emulator; the record of requests stays."""
        self.directory = snapshot.directory
        self.clock_offset = snapshot.clock_offset
        self.access_token_lifetime = snapshot.access_token_lifetime
        self.grants.restore(snapshot.grants)
        self.sessions.restore(snapshot.sessions)
        self.outages.restore(snapshot.outages)
        self.keys.restore(snapshot.keys)

    def use_access_token_version(self, version: AccessTokenVersion) -> None:
        self.directory = self.directory.with_access_token_version(version)

    def revoke_refresh_tokens(self) -> None:
        self.grants.revoke_refresh_tokens(self.now())

    def now(self) -> int:
        """Give the emulator's time in seconds since 1970."""
        return int(self._clock()) + self.clock_offset

    def keys_for(self, tenant_id: str) -> KeyRing:
        """Give the keys that sign a tenant's tokens; personal accounts have a ring of their own."""
        return self._personal_keys if tenant_id == CONSUMERS else self.keys

    @property
    def _personal_keys(self) -> KeyRing:
        """Make the second ring when it is first needed: an RSA key takes a while."""
        if self._ready_personal_keys is None:
            self._ready_personal_keys = KeyRing()
        return self._ready_personal_keys

    def published_keys(self, tenant_id: str | None) -> tuple[tuple[SigningKey, ...], tuple[SigningKey, ...]]:
        """Give the keys that a tenant publishes: those of work and school accounts, and those of personal ones.

        The latter stand where personal accounts may come from, which is their own tenant and none in particular (None),
        and everywhere as soon as they have signed something.
        """
        made = self._ready_personal_keys is not None or tenant_id in (CONSUMERS, None)
        return self.keys.published, self._personal_keys.published if made else ()

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
        wanted_context: str | None = None,
    ) -> str:
        """Make an access token for one API.

        Args:
            through_browser: Whether it comes in an address, where it names few groups.
            wanted_context: The authentication context that the client asks for, such as `c1`.

        Raises:
            Refusal: The rules do not let this person pass.
        """
        self._refuse_by_rule(attempt_of(delegation, asked.resource, self.now(), wanted_context=wanted_context))
        if wanted_context:
            delegation = replace(delegation, contexts=delegation.contexts | {wanted_context})
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
        person: str,
        *,
        client_id: str = SPA_CLIENT_ID,
        scope: str = API_SCOPE,
        version: AccessTokenVersion | None = None,
    ) -> str:
        """Make an access token without a browser, for tests.

        Args:
            person: User name of a person of any tenant; the token is of that tenant.
            version: That of the token, if not the one that the API is registered for.

        Raises:
            Refusal: As an interactive sign-in would be refused.
        """
        found = find_person(self.directory, person)
        home = found.tenant_id if found else self.directory.tenants[0].id
        tenant, client = find_client(self.directory, home, client_id)
        if found is None:
            raise Refusal(50034, person=person, tenant=tenant.name)
        openid = frozenset({"openid", "profile", "offline_access"})
        delegation = Delegation(person=found, client=client, session_id=str(uuid.uuid4()), openid=openid)
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

    def application_token(self, client_id: str, *, scope: str) -> str:
        """Make an application's own access token without its secret, for tests.

        Raises:
            Refusal: As the application would be refused.
        """
        homes = (known.tenant_id for known in self.directory.applications if known.client_id == client_id)
        tenant, client = find_client(self.directory, next(homes, self.directory.tenants[0].id), client_id)
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

    def is_fresh(self, assertion_id: str) -> bool:
        """Say whether an assertion of that `jti` comes for the first time, and remember it."""
        with self._lock:
            is_fresh = assertion_id not in self._assertion_ids
            self._assertion_ids[assertion_id] = None
        return is_fresh

    def verify_own(self, token: str) -> Claims:
        """Give the claims of a token that this emulator has signed and that has not ended.

        Raises:
            BadToken: It is none of ours, or its time is over (`reason` is `ended`).
        """
        claims = verify(as_signed(token), self._published_key)
        ends = claims.get("exp")
        if not isinstance(ends, int) or self.now() >= ends:
            raise BadToken("ended")
        return claims

    def _published_key(self, header: Mapping[str, object]) -> RSAPublicKey | None:
        rings = [self.keys, *([self._ready_personal_keys] if self._ready_personal_keys else [])]
        published = (key for ring in rings for key in ring.published)
        return next((key.private_key.public_key() for key in published if key.key_id == header.get("kid")), None)

    def report(self, refusal: Refusal, correlation_id: str | None = None) -> ErrorReport:
        """Give a refusal the ids and the time it is told with; a caller's GUID becomes the correlation id."""
        known = correlation_id if correlation_id and is_guid(correlation_id) else str(uuid.uuid4())
        return ErrorReport(
            refusal=refusal,
            base_url=self.base_url,
            trace_id=str(uuid.uuid4()),
            correlation_id=known,
            timestamp=as_text(self.now()),
        )
