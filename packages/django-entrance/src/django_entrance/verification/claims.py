"""Proves the signature, then judges the claims; the only maker of ``VerifiedClaims``."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from django_entrance.verification.authority import Authority, Issuer, Policy
from django_entrance.verification.encoding import read_bytes, read_object
from django_entrance.verification.errors import (
    AudienceRefused,
    BadSignature,
    Caller,
    DevelopmentTokenRefused,
    GraphToken,
    IdTokenRefused,
    KeyIssuerRefused,
    MalformedToken,
    PersonalAccountRefused,
    ProofOfPossessionRefused,
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
from django_entrance.verification.principal import Principal, check_access, read_principal
from django_entrance.verification.unverified import UnverifiedToken

LONGEST_LIFE = 30 * 60 * 60
"""Seconds from iat to exp. The longest that Entra gives is 28 hours, and iat lies five minutes back."""

GRAPH_AUDIENCES = frozenset(
    {"00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com", "https://graph.windows.net"}
)
ONLY_IN_ID_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "events"})
IN_ACCESS_TOKENS = frozenset({"azp", "appid", "scp"})
"""Who asks, and for what: an access token has one of them at least, an ID token none."""

PADDING, HASH = PKCS1v15(), SHA256()

DEVELOPMENT_MARK = "entra-double."
"""What ``aio`` begins with in every token of entra-double; Entra's own are base64."""


class VerifiedClaims(NamedTuple):
    """What a token says, proved: signature, times, tenant, audience, kind of token, client, scope.

    ``authority`` is the name of the one that issued it, ``expires_at`` is in whole seconds since 1970. ``all`` has
    every claim; choose from it by name, never log it.
    """

    authority: str
    tenant_id: str
    version: str
    principal: Principal
    expires_at: int
    all: Mapping[str, Any]

    def __repr__(self) -> str:
        return (
            f"VerifiedClaims(authority={self.authority!r}, tenant_id={self.tenant_id!r}, principal={self.principal!r})"
        )


def verify(token: UnverifiedToken, issuer: Issuer, key: SigningKey, *, now: float) -> VerifiedClaims:
    """Return the claims of a token that ``key`` signed for ``issuer``. ``now`` is in seconds since 1970.

    Not even the text of the claims is read before the signature is proved.
    Sources: Microsoft, access tokens, "Validate tokens"; RFC 8725.

    Raises:
        BadSignature: nothing in the token was looked at.
        MalformedToken: the signature or the claims are not in canonical base64url and strict JSON.
        ClaimRefused: the reason names the claim.
        AccessRefused: a good token that may not enter here: scope, client, guest, or an application's own token.
    """
    prove_signature(token, key)
    claims = read_claims(token, issuer[0])
    try:
        return judge(claims, issuer, key, now)
    except Refused as refusal:
        refusal.caller = read_caller(claims, issuer)
        raise


def judge(claims: Mapping[str, Any], issuer: Issuer, key: SigningKey, now: float) -> VerifiedClaims:
    """Return proved claims as verified, once all of them are acceptable here."""
    _, authority, form = issuer
    policy = authority.policy
    tenant_id = check_tenant(claims, issuer, key)
    check_kind(claims, policy)
    check_times(claims, policy.leeway, now)
    principal = read_principal(claims, authority, form, tenant_id)
    check_access(principal, policy)
    return VerifiedClaims(authority.name, tenant_id, form.version, principal, claims["exp"], claims)


def read_caller(claims: Mapping[str, Any], issuer: Issuer) -> Caller:
    """Return the ids that proved claims tell, for the log: what is no GUID is left out, so no claim is quoted there."""
    name, authority, form = issuer
    ids = (str(claims.get(claim)).lower() for claim in ("oid", form.client_claim))
    return Caller(authority.name, tenant_in(name), *(each if GUID.fullmatch(each) else "" for each in ids))


def prove_signature(token: UnverifiedToken, key: SigningKey) -> None:
    """Prove that ``key`` signed the text of header and claims.

    Raises:
        MalformedToken: the signature is not in canonical base64url, or what it should be over is no ASCII.
        BadSignature: it did not.
    """
    try:
        signature, signed = read_bytes(token.signature), f"{token.header}.{token.payload}".encode("ascii")
    except ValueError:
        raise MalformedToken(expected="segments in canonical base64url (RFC 7515)") from None
    if not is_signed(key.public_key, signed, signature):
        raise BadSignature()


def is_signed(public_key: RSAPublicKey, signed: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3)."""
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
    """Tenant, version and key must all belong to the issuer that the token names; return the tenant's id.

    Azure AD B2C leaves out ``tid``; what it names instead is the user flow.
    """
    name, authority, form = issuer
    policy, tenant_id = authority.policy, tenant_in(name)
    if claims.get("tid", tenant_id if policy.user_flows else None) != tenant_id:
        raise TenantRefused(expected=f"tid {tenant_id}", came=claims.get("tid"))
    if claims.get("ver") != form.version:
        raise VersionRefused(expected=f"ver {form.version}", came=claims.get("ver"))
    check_key_issuer(key, authority, tenant_id)
    if tenant_id == PERSONAL_ACCOUNTS and not policy.allow_personal_accounts:
        raise PersonalAccountRefused()
    if policy.allowed_tenants is not None and tenant_id not in policy.allowed_tenants:
        raise TenantRefused(expected="a tenant of ALLOWED_TENANTS", came=tenant_id)
    if policy.user_flows and read_user_flow(claims) not in policy.user_flows:
        raise UserFlowRefused(expected=" or ".join(sorted(policy.user_flows)), came=read_user_flow(claims))
    return tenant_id


def check_key_issuer(key: SigningKey, authority: Authority, tenant_id: str) -> None:
    """A key signs only for the issuer that it is published for; one of several tenants' keys must say for whom."""
    own = authority.addresses.key_issuers
    if key.issuer in own or (key.issuer is None and not authority.has_several_tenants):
        return
    filled = [issuer.replace(TENANT, tenant_id) for issuer in own]
    if key.issuer not in filled:
        raise KeyIssuerRefused(expected=" or ".join(filled), came=key.issuer)


def read_user_flow(claims: Mapping[str, Any]) -> str:
    """Return the policy's name: in ``tfp``, or in ``acr`` where the tenant keeps the older name."""
    flow = claims.get("tfp", claims.get("acr"))
    return flow.lower() if isinstance(flow, str) else ""


def check_kind(claims: Mapping[str, Any], policy: Policy) -> None:
    """Only an access token for this API; ID tokens and tokens for other APIs each get their own answer."""
    audience = claims.get("aud")
    if not isinstance(audience, str):
        raise AudienceRefused(expected="one audience as text", came=type(audience).__name__)
    if audience not in policy.audiences:
        raise wrong_audience(audience, policy)
    if not ONLY_IN_ID_TOKENS.isdisjoint(claims) or IN_ACCESS_TOKENS.isdisjoint(claims):
        raise IdTokenRefused()
    if "cnf" in claims:
        raise ProofOfPossessionRefused()
    if not policy.allow_development_tokens and str(claims.get("aio")).startswith(DEVELOPMENT_MARK):
        raise DevelopmentTokenRefused(expected="a token of Microsoft Entra ID", came="one of entra-double")


def wrong_audience(audience: str, policy: Policy) -> Refused:
    if audience.rstrip("/") in GRAPH_AUDIENCES:
        return GraphToken(came=audience)
    if audience in policy.client_ids:
        return IdTokenRefused(came=f"aud {audience}")
    return AudienceRefused(expected=" or ".join(sorted(policy.audiences)), came=audience)


def check_times(claims: Mapping[str, Any], leeway: int, now: float) -> None:
    """``exp``, ``nbf`` and ``iat`` (RFC 7519 section 4.1), with ``leeway`` seconds for clocks that differ."""
    expires, starts, issued = whole_seconds(claims, "exp"), whole_seconds(claims, "nbf"), whole_seconds(claims, "iat")
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
