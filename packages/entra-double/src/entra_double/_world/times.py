"""Bounds times, so that each can be written down, and writes them: they are in seconds, moments since 1970."""

from __future__ import annotations

import datetime

FAR_FUTURE = 4_102_444_800
"""The first second of the year 2100."""

LAST_MOMENT = 253_402_300_799
"""The end of the year 9999, beyond which no date is written."""

LONGEST_LIFE = 3_155_760_000
"""A hundred years; it is for whoever wants something that never ends."""


def as_text(seconds: int) -> str:
    """Give a time as the service writes it, like `2026-09-10 09:31:07Z`."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
