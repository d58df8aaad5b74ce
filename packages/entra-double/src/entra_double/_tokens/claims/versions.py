"""Makes the claims in which v1.0 and v2.0 tokens differ."""

from __future__ import annotations

from entra_double._tokens.claims.common import opaque, v1_issuer, v2_issuer
from entra_double._tokens.claims.person import profile, unique_name
from entra_double._tokens.claims.subject import Subject, properties_of
from entra_double._tokens.verifying import Claims
from entra_double._world.ids import CONSUMERS
from entra_double._world.principals import Person
from entra_double._world.registration import AppRegistration, OptionalClaim
from entra_double._world.requests.scopes import ResourceScopes

LOCAL_ADDRESS = "127.0.0.1"


def access_v1(subject: Subject, asked: ResourceScopes) -> Claims:
    delegation = subject.delegation
    return {
        **of_v1(asked, subject.person.tenant_id),
        "appid": delegation.client.client_id,
        "appidacr": delegation.proof.value,
        "acr": "1",
        **_named_v1(subject),
    }


def access_v2(subject: Subject, base_url: str) -> Claims:
    delegation, person = subject.delegation, subject.person
    return {
        **of_v2(subject.audience, person.tenant_id, base_url),
        "azp": delegation.client.client_id,
        "azpacr": delegation.proof.value,
        **({} if person.tenant_id == CONSUMERS else newest()),
        **profile(subject),
    }


def id_v1(subject: Subject) -> Claims:
    issuer = v1_issuer(subject.person.tenant_id)
    return {"ver": "1.0", "aud": subject.audience.client_id, "iss": issuer, **_named_v1(subject)}


def id_v2(subject: Subject, base_url: str) -> Claims:
    return of_v2(subject.audience, subject.person.tenant_id, base_url) | profile(subject)


def of_v1(asked: ResourceScopes, tenant_id: str) -> Claims:
    """Give version, audience and issuer; the audience is spelled as in the request, unless `use_guid` is wished."""
    audience = _audience_v1(asked, asked.resource.access_token_claims)
    return {"ver": "1.0", "aud": audience, "iss": v1_issuer(tenant_id)}


def of_v2(audience: AppRegistration, tenant_id: str, base_url: str) -> Claims:
    return {"ver": "2.0", "aud": audience.client_id, "iss": v2_issuer(base_url, tenant_id)}


def newest() -> Claims:
    """Give the opaque claim that only v2.0 access tokens have."""
    return {"xms_ftd": opaque(32)}


def _audience_v1(asked: ResourceScopes, wanted: tuple[OptionalClaim, ...]) -> str:
    return asked.resource.client_id if "use_guid" in properties_of(wanted, "aud") else asked.audience


def _named_v1(subject: Subject) -> Claims:
    """Give v1.0's claims about a person, which need no scope."""
    person = subject.person
    return {
        "amr": sorted(subject.delegation.methods),
        "ipaddr": LOCAL_ADDRESS,
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "unique_name": unique_name(person),
        **_upn_v1(person),
    }


def _upn_v1(person: Person) -> Claims:
    return {} if person.is_guest else {"upn": person.user_principal_name}
