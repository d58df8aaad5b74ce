"""Finds out who calls Microsoft Graph, and what they may do."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from entra_double._graph.errors import GraphError, denied
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.verifying import WHAT_IS_WRONG, BadToken, Claims, is_id_token, speaks_for_application
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.principals import Person, Tenant
from entra_double._world.requests.delegation import BACKDATED

Permissions = frozenset[str]
Needs = tuple[Permissions, ...]
"""One permission out of each set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who a Graph token speaks for; `person` is None when an application calls as itself.

    `permissions` are its scopes, or then its app roles; `principal_id` is its object id.
    """

    tenant: Tenant
    client_id: str
    principal_id: str
    person: Person | None
    permissions: Permissions

    def has(self, *names: str) -> bool:
        """Say whether one of these permissions is there."""
        return not self.permissions.isdisjoint(names)

    def require(self, *, delegated: Needs, application: Needs) -> None:
        """Let pass who has one permission out of each set.

        Raises:
            GraphError: One is missing, or only people may call this, and an application does (403).
        """
        needs = delegated if self.person else application
        if not needs or any(self.permissions.isdisjoint(alternatives) for alternatives in needs):
            raise denied()


def read_caller(emulator: Emulator, authorization: str | None) -> Caller:
    """Understand the `Authorization` header.

    Raises:
        GraphError: There is no token, it is none of ours or not for Graph, it is over or revoked, or nobody is behind
            it any more (all 401).
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated(emulator, "Access token is empty.")
    try:
        claims = emulator.verify_own(token.strip())
    except BadToken as bad:
        raise _unauthenticated(emulator, f"The access token is not valid: {WHAT_IS_WRONG[bad.reason]}.") from None
    return _caller_of(emulator, claims)


def _caller_of(emulator: Emulator, claims: Claims) -> Caller:
    tenant = emulator.directory.tenant(str(claims.get("tid")))
    graph = tenant and emulator.directory.resource(tenant, GRAPH_CLIENT_ID)
    if not tenant or not graph or not graph.is_called(str(claims.get("aud"))) or is_id_token(claims):
        raise _unauthenticated(emulator, "Invalid audience.")
    is_application = speaks_for_application(claims)
    names = claims.get("roles", []) if is_application else str(claims["scp"]).split()
    return Caller(
        tenant=tenant,
        client_id=str(claims.get("appid", claims.get("azp"))),
        principal_id=str(claims.get("oid")),
        person=None if is_application else _person_of(emulator, tenant, claims),
        permissions=frozenset(map(str, names)) if isinstance(names, list) else frozenset(),
    )


def _person_of(emulator: Emulator, tenant: Tenant, claims: Claims) -> Person:
    person = emulator.directory.person(tenant, str(claims.get("oid")))
    if person is None or not person.enabled:
        raise _unauthenticated(emulator, "The account of the access token is gone, or disabled.")
    issued = claims.get("iat")
    if not isinstance(issued, int) or issued + BACKDATED < person.valid_from:
        raise _revoked(emulator, person, claims)
    return person


def _revoked(emulator: Emulator, person: Person, claims: Claims) -> GraphError:
    """Ask for a newer token; only clients that say they understand (`xms_cc`) are told which.

    https://learn.microsoft.com/entra/identity-platform/claims-challenge
    """
    capabilities = claims.get("xms_cc")
    understands = isinstance(capabilities, list) and "cp1" in {str(known).lower() for known in capabilities}
    message = (
        "Continuous access evaluation resulted in claims challenge with result: InteractionRequired and code: "
        "TokenIssuedBeforeRevocationTimestamp"
    )
    if not understands:
        return _unauthenticated(emulator, message)
    wanted = {"access_token": {"nbf": {"essential": True, "value": str(person.valid_from)}}}
    encoded = base64.b64encode(json.dumps(wanted).encode()).decode()
    return _unauthenticated(emulator, message, f', error="insufficient_claims", claims="{encoded}"')


def _unauthenticated(emulator: Emulator, message: str, challenge: str = "") -> GraphError:
    authority = f'authorization_uri="{emulator.base_url}/common/oauth2/authorize"'
    header = f'Bearer realm="", {authority}, client_id="{GRAPH_CLIENT_ID}"{challenge}'
    return GraphError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": header})
