"""Gives an application a token of its own; the answer has four members, and no refresh token.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

from entra_local._delegation import AppOnly, ClientProof
from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._lookup import required
from entra_local._redeem.request import Redemption, TokenRequest
from entra_local._scopes import read_application_scope


def redeem_client_credentials(emulator: Emulator, request: TokenRequest) -> Redemption:
    if request.proof is ClientProof.NONE:
        raise Refusal(7000216)
    scope = required(request.parameters, "scope")
    asked = read_application_scope(scope, directory=emulator.directory, tenant=request.tenant)
    validity = emulator.access_validity(asked.resource, request.tenant)
    app_only = AppOnly(
        tenant=request.tenant,
        client=request.client,
        service_principal=emulator.service_principal(request.tenant, request.client),
        proof=request.proof,
    )
    body: dict[str, object] = {
        "token_type": "Bearer",
        "expires_in": validity.lifetime,
        "ext_expires_in": validity.lifetime,
        "access_token": emulator.issue_application_token(app_only, asked, validity),
    }
    return Redemption(body=body, who=request.client.name)
