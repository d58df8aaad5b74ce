"""Shows the order: bearer text → Identity; and asks first whether this was proved before."""

import time
from collections.abc import Iterable

from django_entrance.verification.authority import Authority, named_by
from django_entrance.verification.claims import verify
from django_entrance.verification.identity import Identity
from django_entrance.verification.proved import Proof, ProvedTokens
from django_entrance.verification.unverified import take_apart


def identify(
    bearer: str, authorities: Iterable[Authority], *, proved: ProvedTokens | None = None, now: float | None = None
) -> Identity | None:
    """Return whom a bearer token speaks of, or None when it is for somebody else to judge.

    Args:
        bearer: The text after ``Bearer ``.
        authorities: Whom we trust.
        proved: What was proved before; nothing is remembered when it is left out.
        now: Seconds since 1970; the clock's when left out.

    Raises:
        Refused: the token is ours, and not good. ``reason`` says why; see ``verification.errors``.
    """
    now = time.time() if now is None else now
    if proved is not None and (known := proved.recall(bearer, now)) is not None:
        return known
    token = take_apart(bearer)
    if token is None:
        return None
    authority = named_by(token, authorities)
    if authority is None:
        return None
    key = authority.keys.find(token.key_id)
    claims = verify(token, authority, key, now=now)
    identity = Identity.from_claims(claims)
    if proved is not None:
        proved.remember(bearer, Proof(identity=identity, authority=authority, key=key, proved_at=now))
    return identity
