"""Describes a call to Microsoft Graph: its caller, its parameters, and the operation that answers it."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from entra_double._graph.bodies import GraphError, Json, denied, not_found, unsupported
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.verifying import WHAT_IS_WRONG, BadToken, Claims, is_application_token, is_id_token
from entra_double._world.directory import Directory, DirectoryObject
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment, AuthenticationContext, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration
from entra_double._world.requests.delegation import BACKDATED

Needs = tuple[frozenset[str], ...]
"""One permission out of each set."""

_REVOKED = (
    "Continuous access evaluation resulted in claims challenge with result: InteractionRequired and code: "
    "TokenIssuedBeforeRevocationTimestamp"
)


OfTenant = TypeVar("OfTenant", AppRegistration, Group, Assignment, PermissionGrant, AuthenticationContext)
Application = TypeVar("Application", AppRegistration, ServicePrincipal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The principal of a Graph token; `person` is None when an application calls as itself.

    `permissions` are its scopes, or then its app roles; `principal_id` is its object id.
    """

    tenant: Tenant
    client_id: str
    principal_id: str
    person: Person | None
    permissions: frozenset[str]

    def has(self, *names: str) -> bool:
        """Return whether the caller has one of these permissions."""
        return not self.permissions.isdisjoint(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to Graph with its caller.

    `origin` is the scheme and host that was asked, which every link in the answer carries. `path` is the part after
    `/v1.0`, `parts` are its variable segments, `query` are its parameters, and `body` is the JSON object that was sent.
    `eventual` is what `ConsistencyLevel` says, `may_create` what `Prefer` does.
    """

    emulator: Emulator
    caller: Caller
    origin: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    eventual: bool = False
    may_create: bool = False

    @property
    def directory(self) -> Directory:
        return self.emulator.directory

    def put(self, *objects: DirectoryObject) -> None:
        self.emulator.directory = self.emulator.directory.put(*objects)

    def remove(self, *objects: DirectoryObject) -> None:
        self.emulator.directory = self.emulator.directory.remove(*objects)

    def in_tenant(self, known: Iterable[OfTenant]) -> list[OfTenant]:
        """Return the objects of the caller's tenant."""
        return [each for each in known if each.tenant_id == self.caller.tenant.id]

    def named(self, known: Iterable[Application]) -> Application:
        """Find the application or service principal in the path, by object id or client id (otherwise 404)."""
        name = self.parts.get("id") or self.parts["app_id"]
        for each in known:
            if name.lower() == (each.id if "id" in self.parts else each.client_id):
                return each
        raise not_found(name)

    def only(self, *options: str) -> None:
        """Refuse query options that are not understood here, rather than ignore them (400)."""
        for name in self.query:
            if name.startswith("$") and name not in options:
                raise unsupported(f"entra-double does not know the query option '{name}' here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    body: Json | None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Access:
    """The permissions that an operation needs: one out of each set, or one of `oneself` to ask about oneself."""

    delegated: Needs
    application: Needs
    oneself: frozenset[str] = frozenset()

    def allows(self, call: Call) -> bool:
        caller = call.caller
        needs = self.delegated if caller.person else self.application
        is_allowed = all(caller.has(*alternatives) for alternatives in needs)
        return is_allowed or (caller.has(*self.oneself) and _is_about_oneself(call))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of Graph; `path` is the part after `/v1.0`, with variable segments in braces.

    `answer` returns None where the response has no body (204).
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    answer: Callable[[Call], Reply | None]
    access: Access

    @property
    def has_body(self) -> bool:
        return self.method in ("POST", "PATCH")

    def run(self, call: Call) -> Reply:
        """Answer a call; without the permissions it is denied (403)."""
        if not self.access.allows(call):
            raise denied()
        return self.answer(call) or Reply(body=None, status=204)


def _is_about_oneself(call: Call) -> bool:
    """Return whether a person asks about their own account, under any of its names."""
    person, name = call.caller.person, call.parts.get("user")
    return person is not None and (name is None or call.directory.person(call.caller.tenant, name) == person)


def read_caller(emulator: Emulator, authorization: str | None) -> Caller:
    """Return the caller that the `Authorization` header proves; any other header is refused (401)."""
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
    is_application = is_application_token(claims)
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
        raise _unauthenticated(emulator, _REVOKED, _claims_challenge(person, claims.get("xms_cc")))
    return person


def _claims_challenge(person: Person, capabilities: object) -> str:
    """Ask for a newer token; only clients that declare the capability `cp1` get the claims.

    https://learn.microsoft.com/entra/identity-platform/claims-challenge
    """
    if not isinstance(capabilities, list) or "cp1" not in {str(known).lower() for known in capabilities}:
        return ""
    wanted = {"access_token": {"nbf": {"essential": True, "value": str(person.valid_from)}}}
    return f', error="insufficient_claims", claims="{base64.b64encode(json.dumps(wanted).encode()).decode()}"'


def _unauthenticated(emulator: Emulator, message: str, challenge: str = "") -> GraphError:
    authority = f'authorization_uri="{emulator.base_url}/common/oauth2/authorize"'
    header = f'Bearer realm="", {authority}, client_id="{GRAPH_CLIENT_ID}"{challenge}'
    return GraphError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": header})
