"""Puts the claims of access tokens (v1.0, v2.0) and ID tokens together, and signs them.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
"""

from __future__ import annotations

import hashlib
import json
import secrets

from entra_double._tokens.claims.common import marked, traced, v1_issuer
from entra_double._tokens.claims.groups import group_and_role_claims
from entra_double._tokens.claims.optional import idtyp_of_application, optional_claims
from entra_double._tokens.claims.person import address_claim, who
from entra_double._tokens.claims.subject import Subject
from entra_double._tokens.claims.versions import access_v1, access_v2, id_v1, id_v2, newest, of_v1, of_v2
from entra_double._tokens.signing import KeyRing
from entra_double._tokens.verifying import Claims, base64url
from entra_double._world.directory import Directory
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.principals import Person
from entra_double._world.registration import AccessTokenVersion, AppRegistration, OptionalClaim
from entra_double._world.requests.delegation import AppOnly, Delegation, Validity
from entra_double._world.requests.scopes import ResourceScopes


def access_token(
    keys: KeyRing,
    base_url: str,
    directory: Directory,
    delegation: Delegation,
    asked: ResourceScopes,
    validity: Validity,
    *,
    through_browser: bool = False,
) -> str:
    """Make an access token of the version that the API's registration asks for.

    Args:
        directory: Where the person's groups and roles stand.
        through_browser: Whether it comes in an address (implicit grant), where it names few groups.
    """
    resource = asked.resource
    subject = Subject(
        directory=directory,
        delegation=delegation,
        audience=resource,
        wanted=_wanted_by(resource),
        through_browser=through_browser,
    )
    own = access_v2(subject, base_url) if resource.access_token_version == 2 else access_v1(subject, asked)
    return _signed_for(resource, keys, _about(subject, validity) | own | {"scp": " ".join(asked.names)})


def application_token(
    keys: KeyRing, base_url: str, app_only: AppOnly, asked: ResourceScopes, roles: tuple[str, ...], validity: Validity
) -> str:
    """Make an access token for an application itself, of the version that the API's registration asks for."""
    claims = validity.claims() | application_claims(base_url, app_only, asked, roles)
    return _signed_for(asked.resource, keys, claims)


def application_claims(base_url: str, app_only: AppOnly, asked: ResourceScopes, roles: tuple[str, ...]) -> Claims:
    """Give all claims but the times."""
    principal_id, tenant_id, resource = app_only.service_principal.id, app_only.tenant.id, asked.resource
    client_id, proof = app_only.client.client_id, app_only.proof.value
    common: Claims = {
        "oid": principal_id,
        "sub": principal_id,
        "tid": tenant_id,
        **marked(),
        **traced(),
        **({"roles": list(roles)} if roles else {}),
        **idtyp_of_application(frozenset(claim.name for claim in resource.access_token_claims)),
    }
    if resource.access_token_version != 2:
        own = {"idp": v1_issuer(tenant_id), "appid": client_id, "appidacr": proof}
        return common | of_v1(asked, tenant_id) | own
    return common | of_v2(resource, tenant_id, base_url) | {"azp": client_id, "azpacr": proof} | newest()


def id_token(
    keys: KeyRing,
    base_url: str,
    directory: Directory,
    delegation: Delegation,
    nonce: str | None,
    validity: Validity,
    *,
    version: AccessTokenVersion = 2,
    code: str | None = None,
    access_token: str | None = None,
    through_browser: bool = False,
) -> str:
    """Make an ID token, whose roles and groups are those that the client's own registration knows.

    It has `auth_time` after a request with `max_age` (OpenID Connect Core 1.0, section 2), else where it is wanted.

    Args:
        nonce: The one of the authorize request, if it sent one.
        version: That of the endpoint.
        code: What is sent beside it, so that `c_hash` ties the two together.
        access_token: The same with `at_hash`.
        through_browser: Whether it comes in an address or a form, where it names few groups.
    """
    client = delegation.client
    subject = Subject(
        directory=directory,
        delegation=delegation,
        audience=client,
        wanted=client.id_token_claims,
        through_browser=through_browser,
    )
    claims = {
        **_about(subject, validity),
        **(id_v1(subject) if version == 1 else id_v2(subject, base_url)),
        **(address_claim(delegation.person, client) if "email" in delegation.openid else {}),
        **({"auth_time": delegation.authenticated_at} if delegation.shows_auth_time else {}),
        **({"nonce": nonce} if nonce else {}),
        **({"c_hash": _half_hash(code)} if code else {}),
        **({"at_hash": _half_hash(access_token)} if access_token else {}),
    }
    return keys.sign(_ordered(claims), x5t=version == 1)


def client_info(person: Person) -> str:
    """Give MSAL's `client_info`: the home account's ids, which for a guest differ from `oid` and `tid`."""
    return base64url(json.dumps({"uid": person.home_object_id, "utid": person.home_tenant_id}).encode())


def _wanted_by(resource: AppRegistration) -> tuple[OptionalClaim, ...]:
    """Give the optional claims of an API's tokens; Microsoft Graph wants to know what a client understands."""
    own = tuple(claim for claim in resource.access_token_claims if claim.name != "login_hint")
    return (*own, OptionalClaim(name="xms_cc")) if resource.client_id == GRAPH_CLIENT_ID else own


def _about(subject: Subject, validity: Validity) -> Claims:
    return validity.claims() | who(subject) | optional_claims(subject) | group_and_role_claims(subject)


def _signed_for(resource: AppRegistration, keys: KeyRing, claims: Claims) -> str:
    nonce = secrets.token_urlsafe(32) if resource.header_nonce else None
    return keys.sign(_ordered(claims), x5t=resource.access_token_version != 2, nonce=nonce)


def _half_hash(text: str) -> str:
    """Give the left half of the SHA-256 (OpenID Connect Core 1.0, section 3.3.2.11)."""
    return base64url(hashlib.sha256(text.encode()).digest()[:16])


def _ordered(claims: Claims) -> Claims:
    """Put the well-known claims first, as the service does, so that a decoded token is easy to read."""
    first = ("aud", "iss", "iat", "nbf", "exp")
    return {name: claims[name] for name in (*first, *sorted(claims.keys() - set(first)))}
