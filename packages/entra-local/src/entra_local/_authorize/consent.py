"""Asks a person for consent, and remembers the answer."""
