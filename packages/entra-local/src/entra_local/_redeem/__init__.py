"""Answers token requests: finds the client, and hands the request to the grant that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entra_local._client_proof import prove, with_basic
from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._lookup import Parameters, find_client, required
from entra_local._redeem.client_credentials import redeem_client_credentials
from entra_local._redeem.code import redeem_code
from entra_local._redeem.on_behalf_of import GRANT_TYPE as ON_BEHALF_OF
from entra_local._redeem.on_behalf_of import redeem_on_behalf_of
from entra_local._redeem.refresh import redeem_refresh_token
from entra_local._redeem.request import Redemption, TokenRequest
from entra_local._registration import AccessTokenVersion

HANDLERS: Mapping[str, Callable[[Emulator, TokenRequest], Redemption]] = {
    "authorization_code": redeem_code,
    "refresh_token": redeem_refresh_token,
    "client_credentials": redeem_client_credentials,
    ON_BEHALF_OF: redeem_on_behalf_of,
}
GRANT_TYPES = tuple(HANDLERS)


def redeem(
    emulator: Emulator,
    tenant_text: str,
    parameters: Parameters,
    origin: str | None,
    *,
    authorization: str | None = None,
    version: AccessTokenVersion = 2,
) -> Redemption:
    """Answer a token request.

    Args:
        origin: The `Origin` header, which browsers send and others do not.
        authorization: The `Authorization` header, in which a client may send its id and secret.
        version: That of the endpoint.

    Raises:
        Refusal: The request is refused; nothing was spent.
    """
    parameters = with_basic(parameters, authorization)
    grant_type = required(parameters, "grant_type")
    if grant_type not in HANDLERS:
        raise Refusal(70003, grant_type=grant_type)
    tenant, client = find_client(emulator.directory, tenant_text, required(parameters, "client_id"))
    endpoints = frozenset(f"{emulator.base_url}/{name}/oauth2/v2.0/token" for name in (tenant.id, tenant.domain))
    proof = prove(client, parameters, token_endpoints=endpoints, now=emulator.now(), is_fresh=emulator.is_fresh)
    request = TokenRequest(
        tenant=tenant,
        client=client,
        parameters=parameters,
        origin=origin,
        proof=proof,
        version=version,
    )
    return HANDLERS[grant_type](emulator, request)
