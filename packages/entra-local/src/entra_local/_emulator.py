"""Holds everything that changes while entra-local runs: clock, keys, grants, sessions, and the switches of a test."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable

from entra_local._bounded import Bounded
from entra_local._directory import AccessTokenVersion, ClientProof, Directory
from entra_local._errors import ErrorReport, Refusal
from entra_local._grants import GrantStore, as_text
from entra_local._lookup import find_client, is_guid
from entra_local._outages import Outages
from entra_local._scopes import ResourceScopes, read_application_scope, read_scopes
from entra_local._seed import API_SCOPE, CONTOSO, SPA_CLIENT_ID, seed
from entra_local._sessions import SessionStore
from entra_local._signing import KeyRing
from entra_local._tokens import AppOnly, Delegation, Validity, access_token, application_token
from entra_local._verifying import BadToken, Claims, verify

_SHORTEST_ACCESS, _LONGEST_ACCESS = 3600, 5400
_RECORDED_REQUESTS = 1000

ID_TOKEN_LIFETIME = 3600


class Emulator:
    """A local Entra ID without a network.

    Args:
        base_url: The one address that clients use, such as `http://localhost:8400`; issuers are made of it.
        directory: The world; by default the seed that the README describes.
        keys: The signing keys; by default fresh ones.
        clock: Gives seconds since 1970.
    """

    def __init__(
        self,
        *,
        base_url: str = "http://localhost:8400",
        directory: Directory | None = None,
        keys: KeyRing | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.base_url = base_url
        self.keys = keys or KeyRing()
        self.outages = Outages()
        self.grants = GrantStore()
        self.sessions = SessionStore()
        self.requests: deque[dict[str, object]] = deque(maxlen=_RECORDED_REQUESTS)
        self._lock = threading.Lock()
        self._assertion_ids: Bounded[str, None] = Bounded()
        self._clock = clock
        self._directory_at_start = directory or seed()
        self.reset()

    def reset(self) -> None:
        """Go back to the state at start; only the signing keys stay."""
        self.directory = self._directory_at_start
        self.clock_offset = 0
        self.access_token_lifetime: int | None = None
        self.outages.end()
        self.grants.clear()
        self.sessions.clear()
        self.requests.clear()
        self._assertion_ids.clear()

    def use_access_token_version(self, version: AccessTokenVersion) -> None:
        self.directory = self.directory.with_access_token_version(version)

    def revoke_refresh_tokens(self) -> None:
        self.grants.revoke_refresh_tokens(self.now())

    def now(self) -> int:
        """Give the emulator's time in seconds since 1970."""
        return int(self._clock()) + self.clock_offset

    def access_validity(self) -> Validity:
        """Give an access token's life: 60 to 90 minutes at random, as in the service, unless a test has set it."""
        lifetime = self.access_token_lifetime or random.randint(_SHORTEST_ACCESS, _LONGEST_ACCESS)
        return Validity(now=self.now(), lifetime=lifetime)

    def issue_access_token(self, delegation: Delegation, asked: ResourceScopes, validity: Validity) -> str:
        """Make an access token for one API.

        Raises:
            Refusal: The API admits assigned people only, and this person is not (50105).
        """
        person, resource = delegation.person, asked.resource
        if not self.directory.may_enter(person, resource):
            raise Refusal(50105, person=person.username, resource=resource.name)
        roles = self.directory.roles_of(person, resource)
        return access_token(self.keys, self.base_url, delegation, asked, roles, validity)

    def issue_application_token(self, app_only: AppOnly, asked: ResourceScopes, validity: Validity) -> str:
        """Make an application's own access token for one API.

        Raises:
            Refusal: The API admits assigned applications only, and this one has no app role (501051).
        """
        client, resource = app_only.client, asked.resource
        roles = self.directory.application_roles_of(client, resource)
        if resource.assignment_required and not roles:
            raise Refusal(501051, client=client.name, resource=resource.name)
        return application_token(self.keys, self.base_url, app_only, asked, roles, validity)

    def verify_own(self, token: str) -> Claims:
        """Give the claims of a token that this emulator has signed, and that has not ended.

        Raises:
            BadToken: It is none, or its time is over.
        """
        keys = {key.key_id: key.private_key.public_key() for key in self.keys.published}
        claims = verify(token, lambda header: keys.get(str(header.get("kid"))))
        ends = claims.get("exp")
        if not isinstance(ends, int) or self.now() >= ends:
            raise BadToken("its time is over")
        return claims

    def is_fresh(self, assertion_id: str) -> bool:
        """Say whether an assertion of that `jti` comes for the first time, and remember it."""
        with self._lock:
            is_fresh = assertion_id not in self._assertion_ids
            self._assertion_ids[assertion_id] = None
        return is_fresh

    def access_token(self, person: str, *, client_id: str = SPA_CLIENT_ID, scope: str = API_SCOPE) -> str:
        """Make an access token without a browser, for tests.

        Args:
            person: User name of a person of Contoso.

        Raises:
            Refusal: As an interactive sign-in would be refused.
        """
        tenant, client = find_client(self.directory, CONTOSO.id, client_id)
        found = self.directory.person(tenant, person)
        if found is None:
            raise Refusal(50034, person=person, tenant=tenant.name)
        openid = frozenset({"openid", "profile", "offline_access"})
        delegation = Delegation(person=found, client=client, session_id=str(uuid.uuid4()), openid=openid)
        asked = read_scopes(scope, directory=self.directory, tenant=tenant, client=client).only()
        return self.issue_access_token(delegation, asked, self.access_validity())

    def application_token(self, client_id: str, *, scope: str) -> str:
        """Make an application's own access token without its secret, for tests.

        Raises:
            Refusal: As the application would be refused.
        """
        tenant, client = find_client(self.directory, CONTOSO.id, client_id)
        asked = read_application_scope(scope, directory=self.directory, tenant=tenant)
        app_only = AppOnly(client=client, proof=ClientProof.SECRET)
        return self.issue_application_token(app_only, asked, self.access_validity())

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
