"""Redeems a refresh token, and says who may redeem any grant that a browser has brought.

https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

from __future__ import annotations

from dataclasses import replace

from entra_double._token_endpoint.answer import answer, as_asked, issue
from entra_double._token_endpoint.token_request import Redemption, TokenRequest, refuse_strangers
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.grants import RefreshGrant
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.lookup import required
from entra_double._world.requests.rules import as_known_now
from entra_double._world.values import as_text


def redeem_refresh_token(emulator: Emulator, request: TokenRequest) -> Redemption:
    grant = emulator.grants.find_refresh_token(required(request.parameters, "refresh_token"), emulator.now())
    refuse_strangers(grant, request)
    delegation = as_asked(_as_of_today(emulator, request, grant), request)
    renewal = replace(grant.renewed(emulator.now()), delegation=delegation)
    issued = issue(emulator, request, delegation, request.asked(grant.scope))
    return answer(emulator, request, renewal, issued)


def _as_of_today(emulator: Emulator, request: TokenRequest, grant: RefreshGrant) -> Delegation:
    """Give the delegation with its person as the tenant of the address knows them by now.

    Raises:
        Refusal: The person is gone (50034), has no account there (50020), or takes later grants only (50173).
    """
    person = grant.delegation.person
    known = as_known_now(emulator.directory, person)
    if known is None:
        raise Refusal(50034, person=person.username, tenant=person.tenant_id)
    account = _account_at(emulator, request, known)
    since = grant.delegation.authenticated_at or grant.issued_at
    valid_from = max(known.valid_from, account.valid_from)
    if since < valid_from:
        raise Refusal(50173, issued=as_text(since), valid_from=as_text(valid_from))
    return replace(grant.delegation, person=account)


def _account_at(emulator: Emulator, request: TokenRequest, person: Person) -> Person:
    """Find the account that a person has behind the address: their own, or a guest's in another tenant."""
    if any(tenant.id == person.tenant_id for tenant in request.tenants):
        return person
    home = (person.home_tenant_id, person.home_object_id)
    people = (known for tenant in request.tenants for known in emulator.directory.people_of(tenant))
    found = next((known for known in people if (known.home_tenant_id, known.home_object_id) == home), None)
    if found is None:
        raise Refusal(50020, error="invalid_grant", person=person.username, tenant=request.tenants[0].name)
    return found
