"""Proves the signature, then judges the claims; the only maker of ``VerifiedClaims``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from django_entrance.verification.authority import GUID, Authority
from django_entrance.verification.errors import (
    ApplicationRefused,
    AudienceRefused,
    BadSignature,
    ClientRefused,
    GraphToken,
    IdTokenRefused,
    KeyIssuerRefused,
    ObjectIdRefused,
    ProofOfPossessionRefused,
    ScopeMissing,
    SubjectRefused,
    TenantRefused,
    TimeRefused,
    TokenExpired,
    TokenNotYetValid,
    VersionRefused,
)
from django_entrance.verification.keys import SigningKey
from django_entrance.verification.unverified import UnverifiedToken

LONGEST_LIFE = 30 * 60 * 60
"""Seconds from iat to exp. The longest that Entra gives is 28 hours, and iat lies five minutes back."""

GRAPH_AUDIENCES = frozenset(
    {"00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com", "https://graph.windows.net"}
)
NO_ONE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedClaims:
    """What a token says, proved: signature, times, tenant, audience, kind of token, client, scope.

    Times are whole seconds since 1970. ``all`` has every claim; choose from it by name, never log it.
    """

    tenant_id: str
    object_id: str
    subject: str
    client_id: str
    version: str
    scopes: frozenset[str]
    expires_at: int
    all: Mapping[str, Any] = field(repr=False)


def verify(token: UnverifiedToken, authority: Authority, key: SigningKey, *, now: float) -> VerifiedClaims:
    """Return the claims of a token that ``key`` signed for ``authority``. ``now`` is in seconds since 1970.

    Sources: Microsoft, access tokens, "Validate tokens"; RFC 8725.

    Raises:
        BadSignature: nothing in the token was looked at.
        ClaimRefused: the reason names the claim.
        AccessRefused: a good token that may not enter here: scope, client, or an application's own token.
    """
    prove_signature(token, key)
    claims = token.claims
    check_tenant(claims, token.issuer, authority, key)
    check_kind(claims, authority)
    check_times(claims, authority.leeway, now)
    object_id, subject = read_principal(claims)
    scopes = read_scopes(claims, authority, is_application=object_id == subject.lower())
    return VerifiedClaims(
        tenant_id=authority.tenant_id,
        object_id=object_id,
        subject=subject,
        client_id=read_client(claims, authority),
        version=claims["ver"],
        scopes=scopes,
        expires_at=claims["exp"],
        all=claims,
    )


def prove_signature(token: UnverifiedToken, key: SigningKey) -> None:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3)."""
    try:
        key.public_key.verify(token.signature, token.signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise BadSignature() from None


def check_tenant(claims: Mapping[str, Any], issuer: str, authority: Authority, key: SigningKey) -> None:
    """Tenant, version and key must all belong to the issuer that the token names."""
    if claims.get("tid") != authority.tenant_id:
        raise TenantRefused(expected=f"tid {authority.tenant_id}", came=claims.get("tid"))
    if claims.get("ver") != authority.issuers[issuer]:
        raise VersionRefused(expected=f"ver {authority.issuers[issuer]}", came=claims.get("ver"))
    if key.issuer is not None and key.issuer.replace("{tenantid}", authority.tenant_id) != authority.key_issuer:
        raise KeyIssuerRefused(expected=authority.key_issuer, came=key.issuer)


def check_kind(claims: Mapping[str, Any], authority: Authority) -> None:
    """Only an access token for this API; ID tokens and tokens for other APIs each get their own answer."""
    audience = claims.get("aud")
    if not isinstance(audience, str):
        raise AudienceRefused(expected="one audience as text", came=type(audience).__name__)
    if audience.rstrip("/") in GRAPH_AUDIENCES:
        raise GraphToken(came=audience)
    if any(name in claims for name in ("nonce", "at_hash", "c_hash", "events")):
        raise IdTokenRefused()
    if audience not in authority.audiences:
        if audience in authority.client_ids:
            raise IdTokenRefused(came=f"aud {audience}")
        raise AudienceRefused(expected=" or ".join(sorted(authority.audiences)), came=audience)
    if "cnf" in claims:
        raise ProofOfPossessionRefused()


def check_times(claims: Mapping[str, Any], leeway: int, now: float) -> None:
    """``exp``, ``nbf`` and ``iat`` (RFC 7519 section 4.1), with ``leeway`` seconds for clocks that differ."""
    expires, starts, issued = (whole_seconds(claims, name) for name in ("exp", "nbf", "iat"))
    if not starts <= expires or not expires - LONGEST_LIFE <= issued <= expires:
        raise TimeRefused(
            expected="iat and nbf before exp, and at most a day of life", came=f"exp {expires}, iat {issued}"
        )
    if now >= expires + leeway:
        raise TokenExpired(expected=f"exp after {int(now)}", came=expires)
    if now < max(starts, issued) - leeway:
        raise TokenNotYetValid(expected=f"nbf and iat before {int(now)}", came=max(starts, issued))


def whole_seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or not 0 <= value < 2**40:
        raise TimeRefused(expected=f"{name} in whole seconds", came=value)
    return value


def read_principal(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return object id (lower case) and subject."""
    object_id, subject = claims.get("oid"), claims.get("sub")
    if not isinstance(object_id, str) or not GUID.fullmatch(object_id.lower()) or object_id == NO_ONE:
        raise ObjectIdRefused(expected="oid as a GUID", came=object_id)
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise SubjectRefused(expected="sub as text", came=type(subject).__name__)
    return object_id.lower(), subject


def read_scopes(claims: Mapping[str, Any], authority: Authority, *, is_application: bool) -> frozenset[str]:
    """Return the delegated permissions; a token without any, or an application's own, is refused."""
    granted = claims.get("scp")
    scopes = frozenset(granted.split(" ")) - {""} if isinstance(granted, str) else frozenset()
    if claims.get("idtyp", "user") != "user" or (is_application and not scopes):
        raise ApplicationRefused(came=claims.get("idtyp", "oid equal to sub, and no scp"))
    if not scopes or not authority.required_scopes <= scopes:
        raise ScopeMissing(
            expected=" ".join(sorted(authority.required_scopes)) or "any scope", came=" ".join(sorted(scopes))
        )
    return scopes


def read_client(claims: Mapping[str, Any], authority: Authority) -> str:
    """Return the client application's id: ``azp`` in v2.0 tokens, ``appid`` in v1.0 tokens."""
    client_id = claims.get("azp" if claims["ver"] == "2.0" else "appid")
    allowed = authority.allowed_clients
    if not isinstance(client_id, str) or (allowed is not None and client_id not in allowed):
        raise ClientRefused(expected="a client id of ALLOWED_CLIENTS", came=client_id)
    return client_id
