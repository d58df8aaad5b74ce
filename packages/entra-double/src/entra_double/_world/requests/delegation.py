"""Describes which principal lets which client act, and for how long, as frozen values that tokens are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entra_double._world.principals import Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration, Platform

BACKDATED = 300


class ClientProof(StrEnum):
    """How a client has authenticated, as `azpacr` and `appidacr` write it."""

    NONE = "0"
    SECRET = "1"
    CERTIFICATE = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A person who lets a client act for them, since a sign-in.

    `methods` are the factors of that sign-in, `contexts` the authentication contexts that were met, `capabilities` the
    client's (`xms_cc`). The ID token `shows_auth_time` if the client has limited the age of the sign-in (`max_age`).
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
    """An application that acts without a user."""

    tenant: Tenant
    client: AppRegistration
    service_principal: ServicePrincipal
    proof: ClientProof


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """When a token is issued and how long it is valid; `iat` and `nbf` lie five minutes back."""

    now: int
    lifetime: int

    def claims(self) -> dict[str, object]:
        issued = self.now - BACKDATED
        return {"iat": issued, "nbf": issued, "exp": self.now + self.lifetime}


def usual_proof(client: AppRegistration) -> ClientProof:
    """Return how a client authenticates when it redeems a code; a public client does not."""
    platform = next((known.platform for known in client.redirect_uris), Platform.WEB)
    if platform is not Platform.WEB or not client.is_confidential:
        return ClientProof.NONE
    return ClientProof.SECRET if client.secrets else ClientProof.CERTIFICATE
