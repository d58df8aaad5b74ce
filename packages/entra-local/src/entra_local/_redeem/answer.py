"""Makes the body that answers a grant in which a person takes part."""

from __future__ import annotations

from entra_local._delegation import Validity
from entra_local._emulator import Emulator
from entra_local._grants import RefreshGrant
from entra_local._redeem.request import Redemption, TokenRequest
from entra_local._registration import Platform
from entra_local._scopes import ResourceScopes
from entra_local._tokens import client_info


def answer(
    emulator: Emulator,
    request: TokenRequest,
    renewal: RefreshGrant,
    asked: ResourceScopes,
    validity: Validity,
    access_token: str,
    nonce: str | None,
) -> Redemption:
    delegation = renewal.delegation
    body: dict[str, object] = {
        "token_type": "Bearer",
        "scope": " ".join(asked.granted),
        "expires_in": validity.lifetime,
        "ext_expires_in": validity.lifetime,
        "access_token": access_token,
    }
    if "offline_access" in delegation.openid:
        body |= _refresh_members(emulator, renewal)
    if "openid" in delegation.openid:
        body["id_token"] = emulator.issue_id_token(delegation, nonce, version=request.version)
    if request.parameters.get("client_info") == "1":
        body["client_info"] = client_info(delegation.person)
    return Redemption(body=body, who=delegation.person.username)


def _refresh_members(emulator: Emulator, renewal: RefreshGrant) -> dict[str, object]:
    """Issue the next refresh token; that of an SPA says how much of the first one's day is left."""
    members: dict[str, object] = {"refresh_token": emulator.grants.issue_refresh_token(renewal)}
    if renewal.platform is Platform.SPA:
        members["refresh_token_expires_in"] = renewal.remaining(emulator.now())
    return members
