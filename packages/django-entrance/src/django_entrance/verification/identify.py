"""Runs the steps of verification in order, from token text to ``Identity``; verified tokens come from the cache."""

import asyncio
import time
from collections.abc import Collection, Container

from django_entrance.verification.authority import Authority, Issuer, find_issuer
from django_entrance.verification.claims import verify
from django_entrance.verification.errors import AuthorityNotHere, MalformedToken, Refused, unverified_caller
from django_entrance.verification.identity import Identity
from django_entrance.verification.metadata.jwks import SigningKey
from django_entrance.verification.metadata.signing_keys import WAIT
from django_entrance.verification.unverified import (
    UnverifiedToken,
    check_opaque,
    check_size,
    parse_jws,
    read_key_id,
)
from django_entrance.verification.verified_tokens import Verification, VerifiedTokens

SHORTEST_SIGNATURE = 256
"""Characters. A key of 2048 bits gives 342. For a much shorter signature no key is fetched."""


def identify(
    bearer: str,
    authorities: Collection[Authority],
    *,
    here: Container[str] | None = None,
    verified_tokens: VerifiedTokens | None = None,
    now: float | None = None,
) -> Identity | None:
    """Return the identity of a bearer token, or None when no trusted authority issued it.

    Needs no request and no framework. It may wait up to 10 seconds for the network when signing keys are fetched; a
    few callers of a process wait, the others get ``AuthorityUnreachable``. In an event loop use ``aidentify``.

    Args:
        bearer: The text after ``Bearer ``.
        authorities: The trusted authorities; ``trusted`` makes one.
        here: Names of the authorities to accept in this place. Default: all.
        verified_tokens: A cache of verified tokens. Default: every token is verified every time.
        now: Seconds since 1970. Default: the current time.

    Raises:
        TokenRefused: a trusted authority issued the token, but the token is bad. ``reason`` says why.
        AccessRefused: the token is good, but not accepted here.
        AuthorityUnreachable: the signing keys are not available now; the same token may be good in a moment.
    """
    check_size(bearer)
    now = time.time() if now is None else now
    identity = None if verified_tokens is None else verified_tokens.find(bearer, authorities, now)
    if identity is None:
        identity = verify_token(bearer, authorities, verified_tokens, now)
    if identity is not None and here is not None and identity.authority not in here:
        refusal = AuthorityNotHere(actual=identity.authority)
        refusal.caller = identity.caller
        raise refusal
    return identity


async def aidentify(
    bearer: str,
    authorities: Collection[Authority],
    *,
    here: Container[str] | None = None,
    verified_tokens: VerifiedTokens | None = None,
    now: float | None = None,
) -> Identity | None:
    """Run ``identify`` in a thread, so that the event loop is not blocked."""
    return await asyncio.to_thread(identify, bearer, authorities, here=here, verified_tokens=verified_tokens, now=now)


def identify_id_token(
    id_token: str, authority: Authority, *, nonce: str, now: float | None = None, until: float | None = None
) -> Identity:
    """Return the identity of the person who signed in to this application's own pages at an authority.

    Args:
        id_token: The text that the authority's token endpoint answered.
        authority: The one that the sign-in was begun at; no other may have issued the token.
        nonce: The nonce that the authority was given (OpenID Connect Core, 3.1.2.1).
        now: Seconds since 1970. Default: the current time.
        until: When the sign-in has to be done, by ``time.monotonic``. Default: in 10 seconds. The keys are waited for
            as a sign-in may: see ``metadata.waiting``.

    Raises:
        TokenRefused, AccessRefused, AuthorityUnreachable: as ``identify`` does. Another issuer is a refusal, too.
        ValueError: there is no nonce, without which a token of any sign-in would do.
    """
    if not nonce:
        raise ValueError("An ID token is verified with the nonce of its sign-in.")
    check_size(id_token)
    token = parse_jws(id_token)
    until = authority.keys.clock() + WAIT if until is None else until
    if not authority.issuers:
        authority.keys.issuer(until=until)  # a domain's tenant is known then, and a sign-in may wait for it
    issuer = None if token is None else find_issuer(token, [authority])
    if token is None or issuer is None:
        raise MalformedToken(expected="an ID token of the authority that the sign-in was begun at")
    return verify_with_key(token, issuer, time.time() if now is None else now, nonce, until)[0]


def verify_token(
    bearer: str, authorities: Collection[Authority], verified_tokens: VerifiedTokens | None, now: float
) -> Identity | None:
    token = parse_jws(bearer)
    issuer = None if token is None else find_issuer(token, authorities)
    if token is None or issuer is None:
        check_opaque(bearer)
        return None
    identity, key = verify_with_key(token, issuer, now)
    if verified_tokens is not None:
        verification = Verification(identity=identity, authority=issuer.authority, key=key, verified_at=now)
        verified_tokens.add(bearer, verification)
    return identity


def verify_with_key(
    token: UnverifiedToken, issuer: Issuer, now: float, nonce: str | None = None, until: float | None = None
) -> tuple[Identity, SigningKey]:
    """Return the identity of a token, and the key that signed it."""
    authority = issuer.authority
    try:
        key_id = authority.keys.known_key_id(token.header) or read_key_id(token.header)
        if len(token.signature) < SHORTEST_SIGNATURE:
            raise MalformedToken(expected="a signature with a key of 2048 bits or more (RFC 7518 section 3.3)")
        key = authority.keys.find(key_id, until=until)
        return Identity.from_claims(verify(token, issuer, key, now=now, nonce=nonce)), key
    except Refused as refusal:
        refusal.policy = authority.policy
        refusal.caller = refusal.caller or unverified_caller(authority.name)
        raise
