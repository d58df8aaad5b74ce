"""Shows the order: bearer text → Identity."""

import time
from collections.abc import Iterable

from django_entrance.verification.authority import Authority, named_by
from django_entrance.verification.claims import verify
from django_entrance.verification.identity import Identity
from django_entrance.verification.unverified import take_apart


def identify(bearer: str, authorities: Iterable[Authority], *, now: float | None = None) -> Identity | None:
    """Return whom a bearer token speaks of, or None when it is for somebody else to judge.

    Args:
        bearer: The text after ``Bearer ``.
        authorities: Whom we trust.
        now: Seconds since 1970; the clock's when left out.

    Raises:
        Refused: the token is ours, and not good. ``reason`` says why; see ``verification.errors``.
    """
    token = take_apart(bearer)
    if token is None:
        return None
    authority = named_by(token, authorities)
    if authority is None:
        return None
    key = authority.keys.find(token.key_id)
    claims = verify(token, authority, key, now=time.time() if now is None else now)
    return Identity.from_claims(claims)
