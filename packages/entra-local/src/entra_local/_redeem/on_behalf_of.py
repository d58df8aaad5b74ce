"""Gives an API a token for the next one, on behalf of the person who called it."""
