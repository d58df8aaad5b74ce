"""Tells a refusal as a GraphQL error does, the same in every framework: its message and its ``extensions``."""

from typing import Any

from django_entrance.verification.errors import (
    AccessRefused,
    AuthenticationContextMissing,
    CallUnanswered,
    ClaimsChallenged,
    NotSignedIn,
    SessionStale,
)


def message_of(refusal: AccessRefused | CallUnanswered) -> str:
    """Return the sentence for the person: of a missing authentication context, what it is for."""
    return refusal.message if isinstance(refusal, AuthenticationContextMissing) else refusal.title


def extensions_of(refusal: AccessRefused | CallUnanswered) -> dict[str, Any]:
    """Return ``code``, ``reason`` and, of a claims challenge, ``claims``: what the client is to request, as base64.

    ``code`` is ``UNAUTHENTICATED`` if the caller is not signed in, ``UNAVAILABLE`` if Microsoft does not answer, else
    ``FORBIDDEN``.
    """
    code = "UNAVAILABLE" if isinstance(refusal, CallUnanswered) else "FORBIDDEN"
    code = "UNAUTHENTICATED" if isinstance(refusal, NotSignedIn | SessionStale) else code
    extensions = {"code": code, "reason": refusal.reason}
    return extensions | ({"claims": refusal.claims} if isinstance(refusal, ClaimsChallenged) else {})
