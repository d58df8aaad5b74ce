"""Reads the keys of entries out of what callers send."""

LONGEST_KEY = 18


def read_key(text: str) -> int | None:
    """Return the number, or None for what cannot be the key of a row."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None
