"""Says how a command ends when it does not end well."""

from __future__ import annotations

NOT_SO, COULD_NOT_BEGIN = 1, 2
"""Exit codes: what was asked for is not so; the command could not begin."""


class CommandError(Exception):
    """The command ends with `code`; the message is for the person who typed it."""

    def __init__(self, message: str, code: int = COULD_NOT_BEGIN) -> None:
        super().__init__(message)
        self.code = code
