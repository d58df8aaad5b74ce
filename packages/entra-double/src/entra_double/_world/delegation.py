"""Describes who lets whom act, and for how long, as frozen values that tokens are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entra_double._world.principals import Person, ServicePrincipal, Tenant
from entra_double._world.redirect_uris import Platform
from entra_double._world.registration import AppRegistration

BACKDATED = 300


class ClientProof(StrEnum):
    """How a client has proved who it is, as `azpacr` and `appidacr` write it."""

    NONE = "0"
    SECRET = "1"
    CERTIFICATE = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Who lets which client act for them, and since which sign-in.

    `authenticated_at` is in seconds since 1970, `methods` are what was proved then, `contexts` the authentication
    contexts that were met, `capabilities` what the client says it can do (`xms_cc`). The ID token `shows_auth_time` if
    the client has asked how old the sign-in may be (`max_age`).
    """

    person: Person
    client: AppRegistration
    session_id: str
    openid: frozenset[str]
    proof: ClientProof = ClientProof.NONE
    authenticated_at: int = 0
    methods: frozenset[str] = frozenset({"pwd"})
    contexts: frozenset[str] = frozenset()
    capabilities: tuple[str, ...] = ()
    shows_auth_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOnly:
    """An application that comes as itself, without a person."""

    tenant: Tenant
    client: AppRegistration
    service_principal: ServicePrincipal
    proof: ClientProof


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """When a token is issued and when it ends, in seconds since 1970; `iat` and `nbf` lie five minutes back."""

    now: int
    lifetime: int

    def claims(self) -> dict[str, object]:
        issued = self.now - BACKDATED
        return {"iat": issued, "nbf": issued, "exp": self.now + self.lifetime}


def usual_proof(client: AppRegistration) -> ClientProof:
    """Say how a client proves itself when it redeems what a sign-in gave it; on a phone or in a browser it does not."""
    platform = next((known.platform for known in client.redirect_uris), Platform.WEB)
    if platform is not Platform.WEB or not client.is_confidential:
        return ClientProof.NONE
    return ClientProof.SECRET if client.secrets else ClientProof.CERTIFICATE
