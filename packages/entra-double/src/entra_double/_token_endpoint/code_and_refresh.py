"""Redeems authorization codes, once each, and the refresh tokens that follow.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

from __future__ import annotations

from dataclasses import replace

from entra_double._token_endpoint.token_request import Redemption, TokenRequest, answer
from entra_double._tokens.memory.grants import CodeGrant, RefreshGrant
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person
from entra_double._world.registration import Platform
from entra_double._world.requests.delegation import ClientProof, Delegation
from entra_double._world.requests.lookup import required
from entra_double._world.requests.rules import as_known_now
from entra_double._world.values import as_text


def redeem_code(request: TokenRequest) -> Redemption:
    code, emulator = required(request.parameters, "code"), request.emulator
    grant = emulator.grants.find_code(code, emulator.now())
    _refuse_other_client(grant, request)
    if required(request.parameters, "redirect_uri") != grant.redirect_uri:
        raise Refusal(500112, redirect_uri=request.parameters["redirect_uri"])
    _refuse_wrong_verifier(grant, request.parameters.get("code_verifier"))
    renewal = RefreshGrant(
        delegation=grant.delegation, platform=grant.platform, scope=grant.scope, issued_at=emulator.now()
    )
    text = request.asked(grant.scope)
    return answer(request, renewal, text, nonce=grant.nonce, spend=lambda: emulator.grants.spend_code(code))


def redeem_refresh_token(request: TokenRequest) -> Redemption:
    now = request.emulator.now()
    grant = request.emulator.grants.find_refresh_token(required(request.parameters, "refresh_token"), now)
    _refuse_other_client(grant, request)
    renewal = replace(grant.renewed(now), delegation=_as_of_today(request, grant))
    return answer(request, renewal, request.asked(grant.scope))


def _refuse_other_client(grant: CodeGrant | RefreshGrant, request: TokenRequest) -> None:
    """Refuse a grant of another client, and one that is redeemed on another platform than it was made for."""
    if grant.delegation.client.client_id != request.client.client_id:
        raise Refusal(70000)
    if grant.platform is Platform.SPA and request.origin is None:
        raise Refusal(9002327)
    if grant.platform is not Platform.SPA and request.origin is not None:
        raise Refusal(9002326, origin=request.origin)
    if grant.platform is Platform.WEB and request.proof is ClientProof.NONE:
        raise Refusal(7000218)
    if grant.platform is not Platform.WEB and request.proof is not ClientProof.NONE:
        raise Refusal(700025)


def _refuse_wrong_verifier(grant: CodeGrant, verifier: str | None) -> None:
    if grant.challenge is None and verifier is None:
        return
    if verifier is None:
        raise Refusal(50148)
    if grant.challenge is None or not grant.challenge.is_met_by(verifier):
        raise Refusal(501481)


def _as_of_today(request: TokenRequest, grant: RefreshGrant) -> Delegation:
    """Give the delegation with its person as the tenant of the address knows them now."""
    person = grant.delegation.person
    known = as_known_now(request.emulator.directory, person)
    if known is None:
        raise Refusal(50034, person=person.username, tenant=person.tenant_id)
    account = _account_at(request, known)
    since = grant.delegation.authenticated_at or grant.issued_at
    valid_from = max(known.valid_from, account.valid_from)
    if since < valid_from:
        raise Refusal(50173, issued=as_text(since), valid_from=as_text(valid_from))
    return replace(grant.delegation, person=account)


def _account_at(request: TokenRequest, person: Person) -> Person:
    """Find the account that a person has behind the address: their own, or a guest's in another tenant."""
    if any(tenant.id == person.tenant_id for tenant in request.tenants):
        return person
    home = (person.home_tenant_id, person.home_object_id)
    people = (known for tenant in request.tenants for known in request.emulator.directory.people_of(tenant))
    found = next((known for known in people if (known.home_tenant_id, known.home_object_id) == home), None)
    if found:
        return found
    raise Refusal(50020, error="invalid_grant", person=person.username, tenant=request.tenants[0].name)
