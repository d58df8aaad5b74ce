"""Makes the bodies that answer a grant, as v2.0 or v1.0 tells them.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from entra_double._token_endpoint.token_request import Redemption, TokenRequest
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.grants import RefreshGrant
from entra_double._tokens.tokens import client_info
from entra_double._world.registration import AccessTokenVersion, Platform
from entra_double._world.requests.delegation import BACKDATED, Delegation, Validity
from entra_double._world.requests.scopes import ResourceScopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """An access token, what it is for, and how long it lives."""

    asked: ResourceScopes
    validity: Validity
    access_token: str


def as_asked(delegation: Delegation, request: TokenRequest) -> Delegation:
    """Give a delegation as this request has it: with its client and proof, and with what the client says it can do."""
    return replace(
        delegation,
        client=request.client,
        proof=request.proof,
        capabilities=request.claims.capabilities or delegation.capabilities,
    )


def issue(emulator: Emulator, request: TokenRequest, delegation: Delegation, text: str) -> Issued:
    """Make the access token for what `text` asks for.

    Raises:
        Refusal: The person has not granted it, or the rules do not let them pass.
    """
    asked = request.scopes(emulator.directory, text, delegation.person)
    validity = emulator.access_validity(asked.resource, request.tenant_of(delegation.person))
    token = emulator.issue_access_token(delegation, asked, validity, wanted_contexts=request.claims.contexts)
    return Issued(asked=asked, validity=validity, access_token=token)


def answer(
    emulator: Emulator, request: TokenRequest, renewal: RefreshGrant, issued: Issued, nonce: str | None = None
) -> Redemption:
    """Answer a grant in which a person takes part.

    Args:
        renewal: What the next refresh token stands for, if one was asked for.
        nonce: The one of the authorize request, if it sent one.
    """
    delegation, asked = renewal.delegation, issued.asked
    body = envelope(request.version, issued)
    body["scope"] = " ".join(asked.names if request.version == 1 else asked.granted)
    if "offline_access" in delegation.openid:
        body |= _refresh_members(emulator, renewal, request.version)
    if "openid" in delegation.openid:
        body["id_token"] = emulator.issue_id_token(delegation, nonce, version=request.version)
    if request.parameters.get("client_info") == "1":
        body["client_info"] = client_info(delegation.person)
    return Redemption(body=body, who=delegation.person.username)


def envelope(version: AccessTokenVersion, issued: Issued) -> dict[str, object]:
    """Give the members that every answer has; v1.0 writes numbers as text, and says more."""
    now, lifetime = issued.validity.now, issued.validity.lifetime
    body: dict[str, object] = {"token_type": "Bearer", "access_token": issued.access_token}
    if version == 2:
        return body | {"expires_in": lifetime, "ext_expires_in": lifetime}
    return body | {
        "expires_in": str(lifetime),
        "ext_expires_in": str(lifetime),
        "expires_on": str(now + lifetime),
        "not_before": str(now - BACKDATED),
        "resource": issued.asked.audience,
    }


def _refresh_members(emulator: Emulator, renewal: RefreshGrant, version: AccessTokenVersion) -> dict[str, object]:
    """Issue the next refresh token; that of an SPA says how much of the first one's day is left."""
    members: dict[str, object] = {"refresh_token": emulator.grants.issue_refresh_token(renewal)}
    if renewal.platform is Platform.SPA:
        remaining = renewal.remaining(emulator.now())
        members["refresh_token_expires_in"] = remaining if version == 2 else str(remaining)
    return members
