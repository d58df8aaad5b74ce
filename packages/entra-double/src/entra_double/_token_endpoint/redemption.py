"""Answers token requests: finds the client, and redeems the grant; client credentials need no more than the client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from entra_double._token_endpoint.client_authentication import prove, with_basic
from entra_double._token_endpoint.code_and_refresh import redeem_code, redeem_refresh_token
from entra_double._token_endpoint.device_code import GRANT_TYPE as DEVICE_CODE
from entra_double._token_endpoint.device_code import redeem_device_code
from entra_double._token_endpoint.on_behalf_of import GRANT_TYPE as ON_BEHALF_OF
from entra_double._token_endpoint.on_behalf_of import redeem_on_behalf_of
from entra_double._token_endpoint.token_request import Redemption, TokenRequest, envelope
from entra_double._tokens.claims.request import read_claims
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal
from entra_double._world.principals import Tenant
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.delegation import AppOnly, ClientProof
from entra_double._world.requests.lookup import SHARED, Parameters, find_client_for, required
from entra_double._world.requests.scopes import read_application_scope


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


HANDLERS: Mapping[str, Callable[[TokenRequest], Redemption]] = {
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
    """Answer a token request; `origin` and `authorization` are its headers. A refused request spends nothing."""
    parameters = with_basic(parameters, authorization)
    grant_type = required(parameters, "grant_type")
    if grant_type not in HANDLERS:
        raise Refusal(70003, grant_type=grant_type)
    if grant_type == "client_credentials" and tenant_text in SHARED:
        raise Refusal(9001023, tenant=tenant_text)
    tenants, client = find_client_for(emulator.directory, tenant_text, required(parameters, "client_id"), version)
    endpoints = _token_endpoints(emulator.base_url, tenants)
    request = TokenRequest(
        emulator=emulator,
        tenants=tenants,
        client=client,
        parameters=parameters,
        origin=origin,
        proof=prove(emulator, client, parameters, token_endpoints=endpoints),
        claims=read_claims(parameters.get("claims")),
        version=version,
    )
    return HANDLERS[grant_type](request)


def _token_endpoints(base_url: str, tenants: Iterable[Tenant]) -> frozenset[str]:
    """Give all addresses that a client may have meant its assertion for: by id, by domain, or shared; v1.0 and v2.0."""
    own = (name for tenant in tenants for name in (tenant.id, tenant.domain, *tenant.domains))
    return frozenset(
        f"{base_url}/{name}/oauth2/{version}token" for name in (*own, *SHARED) for version in ("v2.0/", "")
    )
