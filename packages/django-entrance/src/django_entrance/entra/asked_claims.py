"""Keeps the claims that Microsoft asks the person of a page session for, sealed in ``TOKENS_CACHE``.

They go from here to Microsoft alone. Everything else has their name, which tells nothing of them.
"""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from django_entrance.entra.calling_errors import LONGEST_CLAIMS
from django_entrance.entra.claims_challenges import read_claims
from django_entrance.entra.token_cache import CacheDown, place_of, read, write

LIFETIME = 600
"""Seconds in which the person has to be led to Microsoft."""

JUST_NOW = 60
"""Seconds after an answer in which the same claims again mean that asking for them does not help."""

PURPOSE = "django_entrance.entra.asked_claims"

NOTHING_KEPT = CacheDown, ImproperlyConfigured
"""Without ``TOKENS_CACHE`` nothing is kept: a name comes from an address, which anybody may have written."""


def keep_claims(session_id: str, claims: str) -> str:
    """Keep claims for a session, and return their name; an empty text where the person cannot be led with them.

    The same claims have the same name in one session, and another one in each other session.
    """
    try:
        wanted = read_claims(claims)
        if len(wanted) > LONGEST_CLAIMS:
            return ""
        name = salted_hmac(PURPOSE, f"{session_id} {wanted}", algorithm="sha256").hexdigest()[:32]
        write(place_of("claims", session_id, name), {"claims": wanted}, LIFETIME)
    except (ValueError, *NOTHING_KEPT):
        return ""
    return name


def kept_claims(session_id: str, name: str) -> str:
    """Return the claims of that name, or an empty text where they are not, or no longer, kept for the session."""
    place = place_of("claims", session_id, name)
    try:
        return str(read(place).get(place, {}).get("claims", ""))
    except NOTHING_KEPT:
        return ""


def note_answer(session_id: str, name: str) -> None:
    """Note that the person has just come back from Microsoft with an answer to the claims."""
    try:
        write(place_of("answered", session_id, name), {}, JUST_NOW)
    except NOTHING_KEPT:
        return


def was_just_answered(session_id: str, name: str) -> bool:
    """Return whether Microsoft was asked for these very claims a moment ago, and let the person in."""
    place = place_of("answered", session_id, name)
    try:
        return place in read(place)
    except NOTHING_KEPT:
        return False
