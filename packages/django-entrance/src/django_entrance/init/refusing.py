"""The one exception of this room."""


class InitRefused(Exception):
    """Nothing was changed. The text says why, and what to do."""
