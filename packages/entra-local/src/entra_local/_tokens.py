"""Knows the claims of access tokens (v1.0, v2.0) and ID tokens (v2.0), and signs them.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from entra_local._directory import AppRegistration, ClientProof, OptionalClaim, Person
from entra_local._scopes import ResourceScopes
from entra_local._signing import KeyRing, base64url

BACKDATED = 300
_LOCAL_ADDRESS = "127.0.0.1"
_GUEST_UPN = "include_externally_authenticated_upn"

Claims = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Who lets which client act for them, and since which sign-in."""

    person: Person
    client: AppRegistration
    session_id: str
    openid: frozenset[str]
    proof: ClientProof = ClientProof.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOnly:
    """An application that comes as itself, without a person."""

    client: AppRegistration
    proof: ClientProof


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """When a token is issued and when it ends, in seconds since 1970; `iat` and `nbf` lie five minutes back."""

    now: int
    lifetime: int

    def claims(self) -> Claims:
        issued = self.now - BACKDATED
        return {"iat": issued, "nbf": issued, "exp": self.now + self.lifetime}


def v1_issuer(tenant_id: str) -> str:
    return f"https://sts.windows.net/{tenant_id}/"


def v2_issuer(base_url: str, tenant_id: str) -> str:
    return f"{base_url}/{tenant_id}/v2.0"


def access_token(
    keys: KeyRing,
    base_url: str,
    delegation: Delegation,
    asked: ResourceScopes,
    roles: tuple[str, ...],
    validity: Validity,
) -> str:
    """Make an access token of the version that the API's registration asks for."""
    resource = asked.resource
    common = {
        **validity.claims(),
        **_about_person(delegation.person, resource),
        **_optional(resource.access_token_claims, delegation),
        **({"roles": list(roles)} if roles else {}),
        "scp": " ".join(asked.names),
    }
    nonce = secrets.token_urlsafe(32) if resource.header_nonce else None
    if resource.access_token_version == 1:
        claims = common | _only_v1(delegation, asked.audience)
        return keys.sign(_ordered(claims), x5t=True, nonce=nonce)
    claims = common | _only_v2(delegation, resource, base_url)
    return keys.sign(_ordered(claims), nonce=nonce)


def application_token(
    keys: KeyRing, base_url: str, app_only: AppOnly, asked: ResourceScopes, roles: tuple[str, ...], validity: Validity
) -> str:
    """Make an access token for an application itself: no `scp`, nobody's name, and `sub` is `oid`."""
    client, resource = app_only.client, asked.resource
    principal, tenant_id = client.service_principal_id, client.tenant_id
    common: Claims = {
        **validity.claims(),
        "oid": principal,
        "sub": principal,
        "tid": tenant_id,
        **_unread(),
        **({"roles": list(roles)} if roles else {}),
        **({"idtyp": "app"} if any(claim.name == "idtyp" for claim in resource.access_token_claims) else {}),
    }
    if resource.access_token_version == 1:
        own: Claims = {"ver": "1.0", "aud": asked.audience, "iss": v1_issuer(tenant_id), "idp": v1_issuer(tenant_id)}
        return keys.sign(
            _ordered(common | own | {"appid": client.client_id, "appidacr": app_only.proof.value}), x5t=True
        )
    own = {"ver": "2.0", "aud": resource.client_id, "iss": v2_issuer(base_url, tenant_id), "xms_ftd": _opaque(32)}
    return keys.sign(_ordered(common | own | {"azp": client.client_id, "azpacr": app_only.proof.value}))


def id_token(keys: KeyRing, base_url: str, delegation: Delegation, nonce: str | None, validity: Validity) -> str:
    """Make a v2.0 ID token; `nonce` is the one of the authorize request, if it sent one."""
    person, client = delegation.person, delegation.client
    claims = {
        "ver": "2.0",
        "iss": v2_issuer(base_url, person.tenant_id),
        "aud": client.client_id,
        **validity.claims(),
        **_about_person(person, client),
        **_profile(delegation),
        **({"email": person.username} if "email" in delegation.openid else {}),
        **({"nonce": nonce} if nonce else {}),
        **_optional(client.id_token_claims, delegation),
    }
    return keys.sign(_ordered(claims))


def client_info(person: Person) -> str:
    """Give MSAL's `client_info`: the home account's ids, which for a guest differ from `oid` and `tid`."""
    return base64url(json.dumps({"uid": person.home_object_id, "utid": person.home_tenant_id}).encode())


def login_hint(person: Person) -> str:
    """Give the opaque `login_hint` claim; it comes back as login_hint and logout_hint."""
    return "O." + base64url(person.object_id.encode())


def _about_person(person: Person, audience: AppRegistration) -> Claims:
    claims: Claims = {
        "oid": person.object_id,
        "tid": person.tenant_id,
        "sub": _pairwise_subject(person, audience),
        **_unread(),
    }
    return claims | ({"idp": v1_issuer(person.home_tenant_id), "email": person.username} if person.is_guest else {})


def _unread() -> Claims:
    """Give the claims that nobody but the service understands; they are there so that nobody trips over them."""
    return {"aio": _opaque(48), "rh": f"1.{_opaque(32)}.", "uti": _opaque(16)}


def _only_v1(delegation: Delegation, audience: str) -> Claims:
    person = delegation.person
    return {
        "ver": "1.0",
        "aud": audience,
        "iss": v1_issuer(person.tenant_id),
        "appid": delegation.client.client_id,
        "appidacr": delegation.proof.value,
        "acr": "1",
        "amr": ["pwd"],
        "ipaddr": _LOCAL_ADDRESS,
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "unique_name": person.username,
        **({} if person.is_guest else {"upn": person.user_principal_name}),
    }


def _only_v2(delegation: Delegation, resource: AppRegistration, base_url: str) -> Claims:
    return {
        "ver": "2.0",
        "aud": resource.client_id,
        "iss": v2_issuer(base_url, delegation.person.tenant_id),
        "azp": delegation.client.client_id,
        "azpacr": delegation.proof.value,
        "xms_ftd": _opaque(32),
        **_profile(delegation),
    }


def _profile(delegation: Delegation) -> Claims:
    if "profile" not in delegation.openid:
        return {}
    return {"name": delegation.person.name, "preferred_username": delegation.person.username}


def _optional(wanted: Iterable[OptionalClaim], delegation: Delegation) -> Claims:
    """Give those of the `wanted` claims that hold for this person.

    https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
    """
    values = ((claim.name, _value(claim, delegation)) for claim in wanted)
    return {name: value for name, value in values if value is not None}


def _value(claim: OptionalClaim, delegation: Delegation) -> object | None:
    person, profile = delegation.person, "profile" in delegation.openid
    match claim.name:
        case "acct":
            return int(person.is_guest)
        case "email":
            return person.username
        case "login_hint":
            return login_hint(person)
        case "sid":
            return delegation.session_id
        case "given_name" if profile:
            return person.given_name
        case "family_name" if profile:
            return person.family_name
        case "upn" if not person.is_guest or _GUEST_UPN in claim.additional_properties:
            return person.user_principal_name
        case _:
            return None


def _pairwise_subject(person: Person, audience: AppRegistration) -> str:
    """Give the person's name towards one application only, as in the service."""
    seed = f"{audience.client_id}|{person.tenant_id}|{person.object_id}"
    return base64url(hashlib.sha256(seed.encode()).digest())


def _opaque(length: int) -> str:
    return secrets.token_urlsafe(length)


def _ordered(claims: Claims) -> Claims:
    """Put the well-known claims first, as the service does, so that a decoded token is easy to read."""
    first = ("aud", "iss", "iat", "nbf", "exp")
    return {name: claims[name] for name in (*first, *sorted(claims.keys() - set(first)))}
