"""Parses the keys of entries."""

LONGEST_KEY = 18


def read_key(text: str) -> int | None:
    """Return the number, or None if it cannot be a primary key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None
