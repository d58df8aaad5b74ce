"""Shows the order: bearer text → Identity; and asks first whether this was proved before."""

import asyncio
import time
from collections.abc import Collection, Container

from django_entrance.verification.authority import Authority, named_by
from django_entrance.verification.claims import verify
from django_entrance.verification.errors import AuthorityNotHere, MalformedToken, Refused, unproved_caller
from django_entrance.verification.identity import Identity
from django_entrance.verification.unverified import refuse_opaque, refuse_oversized, take_apart
from django_entrance.verification.verified_tokens import Proof, ProvedTokens

SHORTEST_SIGNATURE = 256
"""Characters. With a key of 2048 bits it has 342; for what is not even near, no key is fetched."""


def identify(
    bearer: str,
    authorities: Collection[Authority],
    *,
    here: Container[str] | None = None,
    proved: ProvedTokens | None = None,
    now: float | None = None,
) -> Identity | None:
    """Return whom a bearer token speaks of, or None when it is for somebody else to judge.

    Needs no request and no framework. It may wait for the network, 10 seconds at most, when signing keys are fetched; a
    few callers of a process wait, the others get ``AuthorityUnreachable``. In an event loop use ``aidentify``.

    Args:
        bearer: The text after ``Bearer ``.
        authorities: Whom we trust; ``trusted`` makes one.
        here: Names of the authorities whose tokens are accepted in this place; all when left out.
        proved: What was proved before, by one of these authorities; nothing is remembered when it is left out.
        now: Seconds since 1970; the clock's when left out.

    Raises:
        TokenRefused: the token is ours, and not good. ``reason`` says why; see ``verification.errors``.
        AccessRefused: the token is good, and may not enter here.
        AuthorityUnreachable: the signing keys cannot be had now; the same token may be good in a moment.
    """
    refuse_oversized(bearer)
    now = time.time() if now is None else now
    identity = None if proved is None else proved.recall(bearer, authorities, now)
    if identity is None:
        identity = prove(bearer, authorities, proved, now)
    if identity is not None and here is not None and identity.authority not in here:
        refusal = AuthorityNotHere(came=identity.authority)
        refusal.caller = identity.caller
        raise refusal
    return identity


async def aidentify(
    bearer: str,
    authorities: Collection[Authority],
    *,
    here: Container[str] | None = None,
    proved: ProvedTokens | None = None,
    now: float | None = None,
) -> Identity | None:
    """Do what ``identify`` does, in a thread: the event loop goes on meanwhile."""
    return await asyncio.to_thread(identify, bearer, authorities, here=here, proved=proved, now=now)


def prove(bearer: str, authorities: Collection[Authority], proved: ProvedTokens | None, now: float) -> Identity | None:
    token = take_apart(bearer)
    issuer = None if token is None else named_by(token, authorities)
    if token is None or issuer is None:
        refuse_opaque(bearer)
        return None
    _, authority, _ = issuer
    try:
        key_id = authority.keys.key_id_in(token.header)
        if len(token.signature) < SHORTEST_SIGNATURE:
            raise MalformedToken(expected="a signature with a key of 2048 bits or more (RFC 7518 section 3.3)")
        key = authority.keys.find(key_id)
        identity = Identity.from_claims(verify(token, issuer, key, now=now))
    except Refused as refusal:
        refusal.asker = authority.policy
        refusal.caller = refusal.caller or unproved_caller(authority.name)
        raise
    if proved is not None:
        proved.remember(bearer, Proof(identity=identity, authority=authority, key=key, proved_at=now))
    return identity
