"""Gives an API a token for the next one, on behalf of the person who has called it.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
"""

import uuid
from dataclasses import replace

from entra_double._token_endpoint.token_request import Redemption, TokenRequest, answer
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory.grants import RefreshGrant
from entra_double._tokens.verifying import WHAT_IS_WRONG, BadToken, Claims, is_application_token, is_id_token
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AppRegistration, Platform
from entra_double._world.requests.delegation import BACKDATED, ClientProof, Delegation
from entra_double._world.requests.lookup import required
from entra_double._world.requests.scopes import read_scopes
from entra_double._world.values import as_text

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_USE = "on_behalf_of"


def redeem_on_behalf_of(request: TokenRequest) -> Redemption:
    """Answer an API that was called with the access token `assertion`."""
    if request.proof is ClientProof.NONE:
        raise Refusal(7000218)
    emulator, assertion = request.emulator, required(request.parameters, "assertion")
    if required(request.parameters, "requested_token_use") != TOKEN_USE:
        raise Refusal(900144, parameter=f"requested_token_use={TOKEN_USE}")
    text = request.asked()
    claims = _claims_for(emulator, request.client, assertion)
    tenant, directory = _tenant_of(request, claims), emulator.directory
    asked = read_scopes(text, directory=directory, tenant=tenant, client=request.client, resource=request.resource)
    person = directory.person(tenant, str(claims["oid"]))
    if person is None:
        raise Refusal(50034, person=str(claims["oid"]), tenant=tenant.name)
    _refuse_revoked(person, claims)
    delegation = Delegation(person=person, client=request.client, session_id=str(uuid.uuid4()), openid=asked.openid)
    if before := emulator.grants.behind(assertion):  # what the person has proved at that sign-in counts here too
        proved = {name: getattr(before, name) for name in ("session_id", "authenticated_at", "methods", "contexts")}
        delegation = replace(delegation, **proved)
    renewal = RefreshGrant(delegation=delegation, platform=Platform.WEB, scope=text, issued_at=emulator.now())
    return answer(request, renewal, text)


def _refuse_revoked(person: Person, claims: Claims) -> None:
    """Refuse an assertion from before the person's password changed, or their sessions were revoked (50173)."""
    issued = int(str(claims["iat"])) + BACKDATED
    if issued < person.valid_from:
        raise Refusal(50173, issued=as_text(issued), valid_from=as_text(person.valid_from))


def _tenant_of(request: TokenRequest, claims: Claims) -> Tenant:
    for tenant in request.tenants:
        if tenant.id == claims.get("tid"):
            return tenant
    raise Refusal(50013, why="it is of another tenant")


def _claims_for(emulator: Emulator, client: AppRegistration, assertion: str) -> Claims:
    try:
        claims = emulator.verify_own(assertion)
    except BadToken as bad:
        raise Refusal(50013, why=WHAT_IS_WRONG[bad.reason]) from None
    if is_id_token(claims):
        raise Refusal(240002)
    if not client.is_called(str(claims.get("aud"))):
        raise Refusal(50013, why="it is for another application")
    if is_application_token(claims):
        raise Refusal(7000114)
    return claims
