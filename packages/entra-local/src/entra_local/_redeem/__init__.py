"""Answers token requests: finds the client, and hands the request to the grant that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._lookup import Parameters, find_client, required
from entra_local._redeem.code import redeem_code
from entra_local._redeem.refresh import redeem_refresh_token
from entra_local._redeem.request import Redemption, TokenRequest
from entra_local._registration import AccessTokenVersion

HANDLERS: Mapping[str, Callable[[Emulator, TokenRequest], Redemption]] = {
    "authorization_code": redeem_code,
    "refresh_token": redeem_refresh_token,
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
        authorization: The `Authorization` header; nobody reads it yet.
        version: That of the endpoint.

    Raises:
        Refusal: The request is refused; nothing was spent.
    """
    grant_type = required(parameters, "grant_type")
    if grant_type not in HANDLERS:
        raise Refusal(70003, grant_type=grant_type)
    tenant, client = find_client(emulator.directory, tenant_text, required(parameters, "client_id"))
    if "client_secret" in parameters or "client_assertion" in parameters:
        raise Refusal(700025)
    request = TokenRequest(
        tenant=tenant,
        client=client,
        parameters=parameters,
        origin=origin,
        authorization=authorization,
        version=version,
    )
    return HANDLERS[grant_type](emulator, request)
