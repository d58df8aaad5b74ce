"""Redeems a refresh token, and says who may redeem any grant that a browser has brought."""

from __future__ import annotations

from entra_local._delegation import ClientProof
from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._grants import CodeGrant, RefreshGrant
from entra_local._lookup import required
from entra_local._redeem.answer import answer
from entra_local._redeem.request import Redemption, TokenRequest
from entra_local._registration import Platform


def redeem_refresh_token(emulator: Emulator, request: TokenRequest) -> Redemption:
    grant = emulator.grants.find_refresh_token(required(request.parameters, "refresh_token"), emulator.now())
    refuse_strangers(grant, request)
    delegation = grant.delegation
    asked = request.scopes(emulator.directory, grant.scope, delegation.person)
    validity = emulator.access_validity(asked.resource, request.tenant)
    access_token = emulator.issue_access_token(delegation, asked, validity)
    return answer(emulator, request, grant.renewed(emulator.now()), asked, validity, access_token, None)


def refuse_strangers(grant: CodeGrant | RefreshGrant, request: TokenRequest) -> None:
    """Refuse a grant of another client, and one that is redeemed on another platform than it was made for."""
    if grant.delegation.client.client_id != request.client.client_id:
        raise Refusal(70000)
    if grant.platform is Platform.SPA and request.origin is None:
        raise Refusal(9002327)
    if grant.platform is not Platform.SPA and request.origin is not None:
        raise Refusal(9002326, origin=request.origin)
    if grant.platform is Platform.WEB and request.proof is ClientProof.NONE:
        raise Refusal(7000218)
    if grant.platform is not Platform.WEB and request.proof is not ClientProof.NONE:
        raise Refusal(700025)
