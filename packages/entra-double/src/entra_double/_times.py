"""Bounds times, so that each can be written down: they are in seconds, moments since 1970."""

from __future__ import annotations

LAST_MOMENT = 253_402_300_799
"""The end of the year 9999, beyond which no date is written."""

LONGEST_LIFE = 3_155_760_000
"""A hundred years; it is for whoever wants something that never ends."""
