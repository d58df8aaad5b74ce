"""Finds what can be explained and is written nearly like a question."""

from __future__ import annotations

import re
from difflib import get_close_matches

from django_entrance.entra.error_codes import OF_PERSON, OF_SETTINGS
from django_entrance.verification.errors import every_reason

MOST = 3


def near_matches(what: str) -> list[str]:
    """Return up to three reasons or codes that are written nearly like the text, the nearest first."""
    written = re.sub(r"[\s-]+", "_", what.strip().lower())
    known = {each.reason: each.reason for each in every_reason()}
    known |= {f"aadsts{code}": f"AADSTS{code}" for code in (*OF_PERSON, *OF_SETTINGS)}
    return [known[each] for each in get_close_matches(written, known, n=MOST, cutoff=0.75)]


def did_you_mean(what: str) -> str:
    """Return the near matches as a question, or an empty text."""
    found = near_matches(what)
    return f"Did you mean {' or '.join(found)}?" if found else ""
