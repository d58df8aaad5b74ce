"""Gives an application a token of its own, without a refresh token.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

from entra_double._token_endpoint.token_request import Redemption, TokenRequest, envelope
from entra_double._world.delegation import AppOnly, ClientProof
from entra_double._world.errors import Refusal
from entra_double._world.scopes import read_application_scope


def redeem_client_credentials(request: TokenRequest) -> Redemption:
    """Answer an application; the address names one tenant."""
    if request.proof is ClientProof.NONE:
        raise Refusal(7000216)
    emulator, (tenant,) = request.emulator, request.tenants
    text, resource = request.asked(), request.resource
    asked = read_application_scope(text, directory=emulator.directory, tenant=tenant, resource=resource)
    validity = emulator.access_validity(asked.resource, tenant)
    entry = emulator.service_principal(tenant, request.client)
    app_only = AppOnly(tenant=tenant, client=request.client, service_principal=entry, proof=request.proof)
    token = emulator.issue_application_token(app_only, asked, validity)
    return Redemption(body=envelope(request.version, asked, validity, token), principal=request.client.name)
