"""Knows the claims of access tokens (v1.0, v2.0) and ID tokens, and signs them.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable

from entra_local._delegation import AppOnly, Delegation, Validity
from entra_local._principals import Person
from entra_local._registration import AccessTokenVersion, AppRegistration, OptionalClaim
from entra_local._scopes import ResourceScopes
from entra_local._signing import KeyRing
from entra_local._verifying import Claims, base64url

_LOCAL_ADDRESS = "127.0.0.1"
_GUEST_UPN = "include_externally_authenticated_upn"


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
    principal_id, tenant_id, resource = app_only.service_principal.id, app_only.tenant.id, asked.resource
    common: Claims = {
        **validity.claims(),
        "oid": principal_id,
        "sub": principal_id,
        "tid": tenant_id,
        **_unread(),
        **({"roles": list(roles)} if roles else {}),
        **({"idtyp": "app"} if any(claim.name == "idtyp" for claim in resource.access_token_claims) else {}),
    }
    client_id, proof = app_only.client.client_id, app_only.proof.value
    nonce = secrets.token_urlsafe(32) if resource.header_nonce else None
    if resource.access_token_version == 1:
        issuer = v1_issuer(tenant_id)
        own: Claims = {"ver": "1.0", "aud": asked.audience, "iss": issuer, "idp": issuer}
        claims = common | own | {"appid": client_id, "appidacr": proof}
        return keys.sign(_ordered(claims), x5t=True, nonce=nonce)
    own = {"ver": "2.0", "aud": resource.client_id, "iss": v2_issuer(base_url, tenant_id), "xms_ftd": _opaque(32)}
    return keys.sign(_ordered(common | own | {"azp": client_id, "azpacr": proof}), nonce=nonce)


def id_token(
    keys: KeyRing,
    base_url: str,
    delegation: Delegation,
    nonce: str | None,
    validity: Validity,
    *,
    version: AccessTokenVersion = 2,
    roles: tuple[str, ...] = (),
    code: str | None = None,
    access_token: str | None = None,
) -> str:
    """Make an ID token; only version 2 is there yet.

    Args:
        nonce: The one of the authorize request, if it sent one.
        roles: App roles of the client's own registration.
        code: What is sent beside it, so that `c_hash` ties the two together.
        access_token: The same with `at_hash`.
    """
    if version != 2:
        raise NotImplementedError("ID tokens of version 1.0")
    person, client = delegation.person, delegation.client
    claims = {
        "ver": "2.0",
        "iss": v2_issuer(base_url, person.tenant_id),
        "aud": client.client_id,
        **validity.claims(),
        **_about_person(person, client),
        **_profile(delegation),
        **({"email": person.address} if "email" in delegation.openid else {}),
        **({"nonce": nonce} if nonce else {}),
        **({"roles": list(roles)} if roles else {}),
        **({"c_hash": _half_hash(code)} if code else {}),
        **({"at_hash": _half_hash(access_token)} if access_token else {}),
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
    return claims | ({"idp": v1_issuer(person.home_tenant_id), "email": person.address} if person.is_guest else {})


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
        "amr": sorted(delegation.methods),
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
            return person.address
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


def _half_hash(text: str) -> str:
    """Give the left half of the SHA-256 (OpenID Connect Core 1.0, section 3.3.2.11)."""
    return base64url(hashlib.sha256(text.encode()).digest()[:16])


def _opaque(length: int) -> str:
    return secrets.token_urlsafe(length)


def _ordered(claims: Claims) -> Claims:
    """Put the well-known claims first, as the service does, so that a decoded token is easy to read."""
    first = ("aud", "iss", "iat", "nbf", "exp")
    return {name: claims[name] for name in (*first, *sorted(claims.keys() - set(first)))}
