"""Makes access tokens and ID tokens of their claims, and signs them."""

from __future__ import annotations

import hashlib
import secrets

from entra_double._tokens.claims.common import Source
from entra_double._tokens.claims.table import claims_of
from entra_double._tokens.signing import KeyRing
from entra_double._tokens.verifying import Claims, base64url
from entra_double._world.delegation import AppOnly, Delegation, Validity
from entra_double._world.directory import Directory
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.registration import AccessTokenVersion, AppRegistration, OptionalClaim
from entra_double._world.scopes import ResourceScopes


def access_token(
    keys: KeyRing,
    base_url: str,
    directory: Directory,
    by: Delegation | AppOnly,
    asked: ResourceScopes,
    validity: Validity,
    *,
    through_browser: bool = False,
) -> str:
    """Make an access token for a person's client, or for an application itself.

    Args:
        through_browser: Whether it comes in an address (implicit grant), where it names few groups.
    """
    resource = asked.resource
    source = Source(
        directory=directory,
        base_url=base_url,
        by=by,
        audience=resource,
        version=2 if resource.access_token_version == 2 else 1,
        wanted=_wanted_by(resource),
        asked=asked,
        through_browser=through_browser,
    )
    nonce = secrets.token_urlsafe(32) if resource.header_nonce else None
    return keys.sign(_ordered(validity.claims() | claims_of(source)), x5t=source.version == 1, nonce=nonce)


def id_token(
    keys: KeyRing,
    base_url: str,
    directory: Directory,
    delegation: Delegation,
    validity: Validity,
    *,
    version: AccessTokenVersion,
    through_browser: bool,
    nonce: str | None,
    code: str | None,
    access_token: str | None,
) -> str:
    """Make an ID token, with the roles and groups that the client's own registration knows.

    Args:
        version: That of the endpoint.
        through_browser: Whether it comes in an address or a form, where it names few groups.
        nonce: The one of the authorize request, if it sent one.
        code: What is sent beside it, so that `c_hash` ties the two together.
        access_token: The same with `at_hash`.
    """
    source = Source(
        directory=directory,
        base_url=base_url,
        by=delegation,
        audience=delegation.client,
        version=version,
        wanted=delegation.client.id_token_claims,
        through_browser=through_browser,
    )
    ties = {"nonce": nonce, "c_hash": code and _half_hash(code), "at_hash": access_token and _half_hash(access_token)}
    claims = validity.claims() | claims_of(source) | {name: value for name, value in ties.items() if value}
    return keys.sign(_ordered(claims), x5t=version == 1)


def _wanted_by(resource: AppRegistration) -> tuple[OptionalClaim, ...]:
    """Give the optional claims of an API's tokens; Microsoft Graph wants to know what a client understands."""
    own = tuple(claim for claim in resource.access_token_claims if claim.name != "login_hint")
    return (*own, OptionalClaim(name="xms_cc")) if resource.client_id == GRAPH_CLIENT_ID else own


def _half_hash(text: str) -> str:
    """Give the left half of the SHA-256 (OpenID Connect Core 1.0, section 3.3.2.11)."""
    return base64url(hashlib.sha256(text.encode()).digest()[:16])


def _ordered(claims: Claims) -> Claims:
    """Put the well-known claims first, as the service does, so that a decoded token is easy to read."""
    first = ("aud", "iss", "iat", "nbf", "exp")
    return {name: claims[name] for name in (*first, *sorted(claims.keys() - set(first)))}
