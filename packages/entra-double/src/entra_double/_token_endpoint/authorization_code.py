"""Redeems an authorization code, once.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

from entra_double._token_endpoint.answer import answer, as_asked, issue
from entra_double._token_endpoint.token_request import Redemption, TokenRequest, refuse_strangers
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.grants import CodeGrant, RefreshGrant
from entra_double._world.errors import Refusal
from entra_double._world.requests.lookup import required


def redeem_code(emulator: Emulator, request: TokenRequest) -> Redemption:
    code = required(request.parameters, "code")
    grant = emulator.grants.find_code(code, emulator.now())
    refuse_strangers(grant, request)
    if required(request.parameters, "redirect_uri") != grant.redirect_uri:
        raise Refusal(500112, redirect_uri=request.parameters["redirect_uri"])
    _refuse_wrong_verifier(grant, request.parameters.get("code_verifier"))
    delegation = as_asked(grant.delegation, request)
    issued = issue(emulator, request, delegation, request.asked(grant.scope))
    emulator.grants.spend_code(code)
    renewal = RefreshGrant(delegation=delegation, platform=grant.platform, scope=grant.scope, issued_at=emulator.now())
    return answer(emulator, request, renewal, issued, grant.nonce)


def _refuse_wrong_verifier(grant: CodeGrant, verifier: str | None) -> None:
    if grant.challenge is None and verifier is None:
        return
    if verifier is None:
        raise Refusal(50148)
    if grant.challenge is None or not grant.challenge.is_met_by(verifier):
        raise Refusal(501481)
