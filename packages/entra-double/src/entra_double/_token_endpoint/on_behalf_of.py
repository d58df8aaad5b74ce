"""Gives an API a token for the next one, on behalf of the person who has called it.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
"""

from __future__ import annotations

import uuid

from entra_double._token_endpoint.answer import answer, as_asked, issue
from entra_double._token_endpoint.token_request import Redemption, TokenRequest
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.grants import RefreshGrant
from entra_double._tokens.verifying import WHAT_IS_WRONG, BadToken, Claims, is_id_token, speaks_for_application
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AppRegistration, Platform
from entra_double._world.requests.delegation import ClientProof, Delegation
from entra_double._world.requests.lookup import required
from entra_double._world.requests.scopes import read_scopes

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_USE = "on_behalf_of"


def redeem_on_behalf_of(emulator: Emulator, request: TokenRequest) -> Redemption:
    """Answer an API that was called with the access token `assertion`.

    Raises:
        Refusal: The API has not proved itself (7000218); the assertion is not ours, not for this API, not of a tenant
            of the address, or over (50013); it is an ID token (240002), or speaks for an application (7000114); its
            person is gone (50034), or would have to be asked first (65001, 50076).
    """
    if request.proof is ClientProof.NONE:
        raise Refusal(7000218)
    assertion = required(request.parameters, "assertion")
    if required(request.parameters, "requested_token_use") != TOKEN_USE:
        raise Refusal(900144, parameter=f"requested_token_use={TOKEN_USE}")
    text = request.asked()
    claims = _claims_for(emulator, request.client, assertion)
    tenant = _tenant_of(request, claims)
    openid = read_scopes(
        text, directory=emulator.directory, tenant=tenant, client=request.client, resource=request.resource
    ).openid
    person = emulator.directory.person(tenant, str(claims["oid"]))
    if person is None:
        raise Refusal(50034, person=str(claims["oid"]), tenant=tenant.name)
    delegation = as_asked(_delegation_behind(emulator, request, assertion, person, openid), request)
    issued = issue(emulator, request, delegation, text)
    renewal = RefreshGrant(delegation=delegation, platform=Platform.WEB, scope=text, issued_at=emulator.now())
    return answer(emulator, request, renewal, issued)


def _delegation_behind(
    emulator: Emulator, request: TokenRequest, assertion: str, person: Person, openid: frozenset[str]
) -> Delegation:
    """Say for whom the API may act: what the person has proved at the sign-in behind the assertion counts here too."""
    before = emulator.grants.behind(assertion)
    if before is None:
        return Delegation(person=person, client=request.client, session_id=str(uuid.uuid4()), openid=openid)
    return Delegation(
        person=person,
        client=request.client,
        session_id=before.session_id,
        openid=openid,
        authenticated_at=before.authenticated_at,
        methods=before.methods,
        contexts=before.contexts,
    )


def _tenant_of(request: TokenRequest, claims: Claims) -> Tenant:
    found = next((tenant for tenant in request.tenants if tenant.id == claims.get("tid")), None)
    if found is None:
        raise Refusal(50013, why="it is of another tenant")
    return found


def _claims_for(emulator: Emulator, client: AppRegistration, assertion: str) -> Claims:
    try:
        claims = emulator.verify_own(assertion)
    except BadToken as bad:
        raise Refusal(50013, why=WHAT_IS_WRONG[bad.reason]) from None
    if is_id_token(claims):
        raise Refusal(240002)
    if not client.is_called(str(claims.get("aud"))):
        raise Refusal(50013, why="it is for another application")
    if speaks_for_application(claims):
        raise Refusal(7000114)
    return claims
