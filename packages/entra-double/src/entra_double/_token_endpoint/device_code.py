"""Begins sign-ins on devices without a browser, and redeems them.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

from __future__ import annotations

from entra_double._token_endpoint.token_request import Redemption, TokenRequest, answer
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory.grants import DEVICE_CODE_LIFETIME, DeviceGrant, RefreshGrant, make_user_code
from entra_double._world.errors import Refusal
from entra_double._world.registration import AccessTokenVersion, Platform
from entra_double._world.requests.delegation import ClientProof, Delegation
from entra_double._world.requests.lookup import Parameters, find_client_for, required, tenant_that_knows
from entra_double._world.requests.scopes import read_scopes, resource_in, scope_in_v1

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL = 5


def begin_device_code(
    emulator: Emulator, tenant_text: str, parameters: Parameters, version: AccessTokenVersion = 2
) -> dict[str, object]:
    """Give a device its two codes, and the address of the page on which a person types the short one."""
    tenants, client = find_client_for(emulator.directory, tenant_text, required(parameters, "client_id"), version)
    scope = required(parameters, "scope") if version == 2 else scope_in_v1(parameters.get("resource"))
    read_in = tenant_that_knows(emulator.directory, tenants, client)
    resource = resource_in(parameters, version)
    read_scopes(scope, directory=emulator.directory, tenant=read_in, client=client, resource=resource)
    grant = DeviceGrant(
        user_code=make_user_code(),
        client=client,
        tenants=tuple(tenant.id for tenant in tenants),
        scope=scope,
        issued_at=emulator.now(),
    )
    page = f"{emulator.base_url}/device"
    return {
        "user_code": grant.user_code,
        "device_code": emulator.grants.issue_device_code(grant),
        "verification_url" if version == 1 else "verification_uri": page,
        "expires_in": DEVICE_CODE_LIFETIME if version == 2 else str(DEVICE_CODE_LIFETIME),
        "interval": INTERVAL if version == 2 else str(INTERVAL),
        "message": f"Open {page} in a browser and type the code {grant.user_code} there.",
    }


def redeem_device_code(request: TokenRequest) -> Redemption:
    device_code = required(request.parameters, "device_code")
    if request.origin is not None:
        raise Refusal(9002326, origin=request.origin)
    if request.proof is ClientProof.NONE and not request.client.public_client:
        raise Refusal(7000218)
    grants, code = request.emulator.grants, (device_code, request.client.client_id, request.emulator.now())
    grant = grants.find_device_code(*code)
    assert isinstance(grant.decision, Delegation)
    platform = Platform.PUBLIC_CLIENT if request.proof is ClientProof.NONE else Platform.WEB
    renewal = RefreshGrant(delegation=grant.decision, platform=platform, scope=grant.scope, issued_at=code[2])
    return answer(request, renewal, grant.scope, spend=lambda: grants.take_device_code(*code))
