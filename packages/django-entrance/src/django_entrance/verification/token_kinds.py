"""Tells access tokens and ID tokens apart, and checks for whom they are: audience, nonce, authorized party."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from django_entrance.verification.errors import (
    AudienceRefused,
    DevelopmentTokenRefused,
    GraphToken,
    IdTokenRefused,
    NonceRefused,
    NotAnIdToken,
    ProofOfPossessionRefused,
    Refused,
)
from django_entrance.verification.policy import Policy

GRAPH_AUDIENCES = frozenset(
    {"00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com", "https://graph.windows.net"}
)
ONLY_IN_ID_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "events"})
IN_ACCESS_TOKENS = frozenset({"azp", "appid", "scp"})
"""Claims about client and scopes: an access token has at least one of them, an ID token none."""

DEVELOPMENT_MARK = "entra-double."
"""The prefix of ``aio`` in every token of entra-double; Entra's own ``aio`` is base64."""


def check_kind(claims: Mapping[str, Any], policy: Policy) -> None:
    """Check that this is a bearer access token for this API. ID tokens and other tokens get their own refusals."""
    audience = claims.get("aud")
    if not isinstance(audience, str):
        raise AudienceRefused(expected="one audience as a string", actual=type(audience).__name__)
    if audience not in policy.audiences:
        raise wrong_audience(audience, policy)
    if not ONLY_IN_ID_TOKENS.isdisjoint(claims) or IN_ACCESS_TOKENS.isdisjoint(claims):
        raise IdTokenRefused()
    if "cnf" in claims:
        raise ProofOfPossessionRefused()
    check_origin(claims, policy)


def wrong_audience(audience: str, policy: Policy) -> Refused:
    if audience.rstrip("/") in GRAPH_AUDIENCES:
        return GraphToken(actual=audience)
    if audience in policy.client_ids:
        return IdTokenRefused(actual=f"aud {audience}")
    return AudienceRefused(expected=" or ".join(sorted(policy.audiences)), actual=audience)


def check_id_token(claims: Mapping[str, Any], policy: Policy, nonce: str) -> None:
    """Check that this is the ID token of this application's own sign-in with the nonce (OpenID Connect Core 3.1.3.7).

    ``nonce`` is what the authority was given. Only one audience is accepted, and ``azp`` only with the same value.
    """
    audience = claims.get("aud")
    if audience != policy.client_id or claims.get("azp", audience) != audience:
        raise AudienceRefused(expected=f"aud {policy.client_id}", actual=audience)
    if not IN_ACCESS_TOKENS.isdisjoint(claims.keys() - {"azp"}):
        raise NotAnIdToken(expected="a token without scp and appid")
    actual = claims.get("nonce")
    if not isinstance(actual, str) or not actual or not compare_digest(actual.encode(), nonce.encode()):
        raise NonceRefused(expected="the nonce of this sign-in")
    check_origin(claims, policy)


def check_origin(claims: Mapping[str, Any], policy: Policy) -> None:
    if not policy.allow_development_tokens and str(claims.get("aio")).startswith(DEVELOPMENT_MARK):
        raise DevelopmentTokenRefused(expected="a token of Microsoft Entra ID", actual="a token of entra-double")
