"""Gives an application a token of its own; the answer has four members, and no refresh token.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

from entra_double._token_endpoint.answer import Issued, envelope
from entra_double._token_endpoint.token_request import Redemption, TokenRequest
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal
from entra_double._world.requests.delegation import AppOnly, ClientProof
from entra_double._world.requests.scopes import read_application_scope


def redeem_client_credentials(emulator: Emulator, request: TokenRequest) -> Redemption:
    """Answer an application that comes as itself; the address names its one tenant."""
    if request.proof is ClientProof.NONE:
        raise Refusal(7000216)
    (tenant,) = request.tenants
    asked = read_application_scope(
        request.asked(), directory=emulator.directory, tenant=tenant, resource=request.resource
    )
    validity = emulator.access_validity(asked.resource, tenant)
    app_only = AppOnly(
        tenant=tenant,
        client=request.client,
        service_principal=emulator.service_principal(tenant, request.client),
        proof=request.proof,
    )
    token = emulator.issue_application_token(app_only, asked, validity)
    body = envelope(request.version, Issued(asked=asked, validity=validity, access_token=token))
    return Redemption(body=body, who=request.client.name)
