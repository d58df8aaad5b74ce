"""What Logbook refuses, whichever API was asked: each refusal has a stable code."""

from typing import ClassVar


class LogbookRefused(Exception):
    """Base class. ``facts`` are further members of the answer.

    GraphQL tells the code alone: errors with a reason are those of django-entrance, which front ends answer themselves.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    reason: ClassVar[str]

    def __init__(self, message: str, **facts: str) -> None:
        super().__init__(message)
        self.message, self.facts = message, facts


class Forbidden(LogbookRefused):
    """The caller's roles do not allow it, or the entry is another author's."""

    code, status, reason = "FORBIDDEN", 403, "role_missing"


class BadInput(LogbookRefused):
    """``field`` cannot be stored or searched."""

    code, status, reason = "BAD_INPUT", 400, "bad_input"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, field=field)


class EntryMissing(LogbookRefused):
    """There is no entry with this key."""

    code, status, reason = "NOT_FOUND", 404, "entry_missing"

    def __init__(self) -> None:
        super().__init__("This entry is no longer there.")
