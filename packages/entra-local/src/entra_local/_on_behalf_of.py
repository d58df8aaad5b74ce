"""Understands the assertion of the on-behalf-of grant: whose token an API has been called with.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
"""

from __future__ import annotations

import uuid

from entra_local._directory import AppRegistration, ClientProof, Tenant
from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._tokens import Delegation
from entra_local._verifying import BadToken, Claims

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_USE = "on_behalf_of"


def delegation_of(
    emulator: Emulator,
    tenant: Tenant,
    client: AppRegistration,
    assertion: str,
    proof: ClientProof,
    openid: frozenset[str],
) -> Delegation:
    """Say for whom an API may act that was called with the access token `assertion`.

    Raises:
        Refusal: The token is not ours, not for this API, or over (50013); it is an ID token (240002), or speaks for an
            application (7000114); its person is gone (50034).
    """
    claims = _claims_for(emulator, client, assertion)
    person = emulator.directory.person(tenant, str(claims["oid"]))
    if person is None:
        raise Refusal(50034, person=str(claims["oid"]), tenant=tenant.name)
    return Delegation(person=person, client=client, session_id=str(uuid.uuid4()), openid=openid, proof=proof)


def _claims_for(emulator: Emulator, client: AppRegistration, assertion: str) -> Claims:
    try:
        claims = emulator.verify_own(assertion)
    except BadToken as bad:
        raise Refusal(50013, why=str(bad)) from None
    if "nonce" in claims or ("scp" not in claims and claims.get("sub") != claims.get("oid")):
        raise Refusal(240002)
    if claims.get("aud") not in (client.client_id, client.app_id_uri):
        raise Refusal(50013, why="it is for another application")
    if "scp" not in claims:
        raise Refusal(7000114)
    return claims
