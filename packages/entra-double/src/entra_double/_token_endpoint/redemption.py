"""Answers token requests: finds the client, and hands the request to the grant that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from entra_double._token_endpoint.authorization_code import redeem_code
from entra_double._token_endpoint.client_authentication import prove, with_basic
from entra_double._token_endpoint.client_credentials import redeem_client_credentials
from entra_double._token_endpoint.device_code import GRANT_TYPE as DEVICE_CODE
from entra_double._token_endpoint.device_code import redeem_device_code
from entra_double._token_endpoint.on_behalf_of import GRANT_TYPE as ON_BEHALF_OF
from entra_double._token_endpoint.on_behalf_of import redeem_on_behalf_of
from entra_double._token_endpoint.refresh_token import redeem_refresh_token
from entra_double._token_endpoint.token_request import Redemption, TokenRequest
from entra_double._tokens.claims_request import read_claims
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal
from entra_double._world.lookup import SHARED, Parameters, find_client_for, required
from entra_double._world.principals import Tenant
from entra_double._world.registration import AccessTokenVersion

HANDLERS: Mapping[str, Callable[[Emulator, TokenRequest], Redemption]] = {
    "authorization_code": redeem_code,
    "refresh_token": redeem_refresh_token,
    "client_credentials": redeem_client_credentials,
    ON_BEHALF_OF: redeem_on_behalf_of,
    DEVICE_CODE: redeem_device_code,
    "device_code": redeem_device_code,  # what msal-node sends in place of RFC 8628's name
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
    if grant_type == "client_credentials" and tenant_text in SHARED:
        raise Refusal(9001023, tenant=tenant_text)
    tenants, client = find_client_for(emulator.directory, tenant_text, required(parameters, "client_id"), version)
    proof = prove(
        client,
        parameters,
        token_endpoints=_token_endpoints(emulator.base_url, tenants),
        now=emulator.now(),
        is_fresh=emulator.grants.is_fresh,
        verify_own=emulator.verify_own,
    )
    request = TokenRequest(
        tenants=tenants,
        client=client,
        parameters=parameters,
        origin=origin,
        proof=proof,
        claims=read_claims(parameters.get("claims")),
        version=version,
    )
    return HANDLERS[grant_type](emulator, request)


def _token_endpoints(base_url: str, tenants: Iterable[Tenant]) -> frozenset[str]:
    """Give all addresses that a client may have meant its assertion for: by id, by domain, or shared; v1.0 and v2.0.

    Clients that insist on https give plain http an https label (MSAL Python), and sign that.
    """
    own = (name for tenant in tenants for name in (tenant.id, tenant.domain, *tenant.domains))
    hosts = {base_url, base_url.replace("http://", "https://", 1)}
    names = [*own, *SHARED]
    return frozenset(
        f"{host}/{name}/oauth2/{version}token" for host in hosts for name in names for version in ("v2.0/", "")
    )
