"""Verifies the signature, then checks the claims. Only this module makes ``VerifiedClaims``."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from django_entrance.verification.authority import Authority, Issuer
from django_entrance.verification.encoding import read_bytes, read_object
from django_entrance.verification.errors import (
    BadSignature,
    Caller,
    KeyIssuerRefused,
    MalformedToken,
    PersonalAccountRefused,
    Refused,
    TenantRefused,
    TimeRefused,
    TokenExpired,
    TokenNotYetValid,
    UserFlowRefused,
    VersionRefused,
)
from django_entrance.verification.issuers import GUID, PERSONAL_ACCOUNTS, TENANT, tenant_in
from django_entrance.verification.metadata.jwks import SigningKey
from django_entrance.verification.policy import Policy
from django_entrance.verification.principal import Principal, check_access, check_signed_in, read_principal
from django_entrance.verification.token_kinds import check_id_token, check_kind
from django_entrance.verification.unverified import UnverifiedToken

LONGEST_LIFETIME = 30 * 60 * 60
"""Seconds from iat to exp. Entra gives at most 28 hours, and sets iat five minutes back."""

PADDING, HASH = PKCS1v15(), SHA256()

Door = Literal["bearer", "session", "page"]
"""A bearer token; a Django session made from one; or a session of the application's own page sign-in."""


class VerifiedClaims(NamedTuple):
    """The claims of a token after all checks: signature, times, tenant, audience, kind of token, client, scopes.

    ``authority`` is the name of the authority; ``expires_at`` and ``signed_in_at`` are in whole seconds since 1970.
    ``all`` has every claim: choose from it by name, and never log it. ``door`` is how the caller came in.
    """

    authority: str
    tenant_id: str
    version: str
    principal: Principal
    expires_at: int
    all: Mapping[str, Any]
    signed_in_at: int
    door: Door = "bearer"

    def __repr__(self) -> str:
        return (
            f"VerifiedClaims(authority={self.authority!r}, tenant_id={self.tenant_id!r}, principal={self.principal!r})"
        )


def verify(
    token: UnverifiedToken, issuer: Issuer, key: SigningKey, *, now: float, nonce: str | None = None
) -> VerifiedClaims:
    """Verify a token with the signing key of its issuer and return its claims. ``now`` is in seconds since 1970.

    With ``nonce`` it must be the ID token of the sign-in that has this nonce, and without one an access token.

    The claims are not even decoded before the signature is verified.
    Sources: Microsoft, access tokens, "Validate tokens"; RFC 8725.

    Raises:
        BadSignature: no claim was read.
        MalformedToken: the signature or the claims are not in canonical base64url and strict JSON.
        ClaimRefused: the reason names the claim.
        AccessRefused: a good token that is not accepted here: scope, client, guest, or an application's own token.
    """
    verify_signature(token, key)
    claims = read_claims(token, issuer.identifier)
    try:
        return check_claims(claims, issuer, key, now, nonce)
    except Refused as refusal:
        refusal.caller = read_caller(claims, issuer)
        raise


def check_claims(
    claims: Mapping[str, Any], issuer: Issuer, key: SigningKey, now: float, nonce: str | None
) -> VerifiedClaims:
    """Return signed claims as verified claims, after all checks."""
    authority, form = issuer.authority, issuer.form
    policy = authority.policy
    tenant_id = check_tenant(claims, issuer, key)
    if nonce is None:
        check_kind(claims, policy)
        check_times(claims, policy.leeway, now)
        principal = read_principal(claims, authority.addresses, form, tenant_id)
        check_access(principal, policy)
    else:
        check_id_token(claims, policy, nonce)
        check_times(claims, policy.leeway, now)
        principal = read_principal(claims, authority.addresses, form, tenant_id, client_id=policy.client_id)
        check_signed_in(principal, policy)
    door: Door = "bearer" if nonce is None else "page"
    return VerifiedClaims(
        authority.name, tenant_id, form.version, principal, claims["exp"], claims, claims["iat"], door
    )


def read_caller(claims: Mapping[str, Any], issuer: Issuer) -> Caller:
    """Return the ids in signed claims, for the log. Any value that is not a GUID is left out."""
    ids = (str(claims.get(claim)).lower() for claim in ("oid", issuer.form.client_claim))
    tenant_id = tenant_in(issuer.identifier)
    return Caller(issuer.authority.name, tenant_id, *(each if GUID.fullmatch(each) else "" for each in ids))


def verify_signature(token: UnverifiedToken, key: SigningKey) -> None:
    """Verify that ``key`` signed header and payload.

    Raises:
        MalformedToken: the signature is not canonical base64url, or header or payload is not ASCII.
        BadSignature: the key did not sign them.
    """
    try:
        signature, signed = read_bytes(token.signature), f"{token.header}.{token.payload}".encode("ascii")
    except ValueError:
        raise MalformedToken(expected="segments in canonical base64url (RFC 7515)") from None
    if not is_valid_signature(key.public_key, signed, signature):
        raise BadSignature()


def is_valid_signature(public_key: RSAPublicKey, signed: bytes, signature: bytes) -> bool:
    """Check a signature of RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3)."""
    try:
        public_key.verify(signature, signed, PADDING, HASH)
    except InvalidSignature:
        return False
    return True


def read_claims(token: UnverifiedToken, issuer: str) -> Mapping[str, Any]:
    try:
        claims = read_object(token.payload)
    except (ValueError, RecursionError):
        claims = {}
    if claims.get("iss") != issuer:
        raise MalformedToken(expected="claims in canonical base64url and strict JSON (RFC 7515, RFC 8725)")
    return claims


def check_tenant(claims: Mapping[str, Any], issuer: Issuer, key: SigningKey) -> str:
    """Check that tenant, version and key match the issuer, and that the tenant is allowed; return the tenant's id.

    Azure AD B2C leaves out ``tid`` and has the user flow instead.
    """
    authority, form = issuer.authority, issuer.form
    policy, tenant_id = authority.policy, tenant_in(issuer.identifier)
    if claims.get("tid", tenant_id if policy.user_flows else None) != tenant_id:
        raise TenantRefused(expected=f"tid {tenant_id}", actual=claims.get("tid"))
    if claims.get("ver") != form.version:
        raise VersionRefused(expected=f"ver {form.version}", actual=claims.get("ver"))
    check_key_issuer(key, authority, tenant_id)
    if tenant_id == PERSONAL_ACCOUNTS and not policy.allow_personal_accounts:
        raise PersonalAccountRefused()
    if policy.allowed_tenants is not None and tenant_id not in policy.allowed_tenants:
        raise TenantRefused(expected="a tenant of ALLOWED_TENANTS", actual=tenant_id)
    check_user_flow(claims, policy)
    return tenant_id


def check_key_issuer(key: SigningKey, authority: Authority, tenant_id: str) -> None:
    """Check that the key is published for the issuer. Only a key of a single tenant may leave its issuer out."""
    own = authority.addresses.key_issuers
    if key.issuer in own or (key.issuer is None and not authority.has_several_tenants):
        return
    filled = [issuer.replace(TENANT, tenant_id) for issuer in own]
    if key.issuer not in filled:
        raise KeyIssuerRefused(expected=" or ".join(filled), actual=key.issuer)


def check_user_flow(claims: Mapping[str, Any], policy: Policy) -> None:
    if policy.user_flows and read_user_flow(claims) not in policy.user_flows:
        raise UserFlowRefused(expected=" or ".join(sorted(policy.user_flows)), actual=read_user_flow(claims))


def read_user_flow(claims: Mapping[str, Any]) -> str:
    """Return the user flow in lower case: from ``tfp``, or from the older ``acr``."""
    flow = claims.get("tfp", claims.get("acr"))
    return flow.lower() if isinstance(flow, str) else ""


def check_times(claims: Mapping[str, Any], leeway: int, now: float) -> None:
    """Check ``exp``, ``nbf`` and ``iat`` (RFC 7519 section 4.1). Clocks may differ by ``leeway`` seconds."""
    expires, starts, issued = whole_seconds(claims, "exp"), whole_seconds(claims, "nbf"), whole_seconds(claims, "iat")
    if not starts <= expires or not expires - LONGEST_LIFETIME <= issued <= expires:
        raise TimeRefused(
            expected="iat and nbf before exp, and a lifetime of at most 30 hours", actual=f"exp {expires}, iat {issued}"
        )
    if now >= expires + leeway:
        raise TokenExpired(expected=f"exp after {int(now)}", actual=expires)
    if now < max(starts, issued) - leeway:
        raise TokenNotYetValid(expected=f"nbf and iat before {int(now)}", actual=max(starts, issued))


def whole_seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or not 0 <= value < 2**40:
        raise TimeRefused(expected=f"{name} in whole seconds", actual=value)
    return value
