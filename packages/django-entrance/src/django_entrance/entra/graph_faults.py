"""Says what a fault of Microsoft Graph concerns: one person or everyone, an outage or our own application."""

from __future__ import annotations

import re

from django_entrance.entra.http_client import Answer, WrongHost
from django_entrance.verification.errors import shown

SHORTEST_WAIT, LONGEST_WAIT = 10, 300
"""Seconds until Graph is asked again after a failure; ``Retry-After`` says which."""


class GraphFault(OSError):
    """Graph or the token endpoint gave no usable answer. The text is safe to log."""

    def __init__(
        self,
        told: str,
        *,
        status: int = 0,
        retry_after: int = SHORTEST_WAIT,
        is_of_all: bool = False,
        is_late: bool = False,
    ) -> None:
        super().__init__(told)
        self.is_of_all = is_of_all or is_late
        self.is_late = is_late
        self.status = status
        self.retry_after = retry_after


def is_of_all(fault: Exception) -> bool:
    """Tell whether a fault concerns every person: no token, no connection, no time, too many calls or an outage.

    Any other answer may be about one person, so the others are still asked about.
    """
    if not isinstance(fault, GraphFault):
        return True
    return fault.is_of_all or fault.status == 429 or fault.status >= 500


def is_outage(fault: Exception) -> bool:
    """Tell whether Graph or the token endpoint is down, rather than throttling us or refusing our application."""
    if isinstance(fault, GraphFault):
        return fault.status >= 500 or fault.is_late
    of_ours = (WrongHost, FileNotFoundError, IsADirectoryError, PermissionError)
    return isinstance(fault, OSError) and not isinstance(fault, of_ours)


def may_be_of_token(fault: Exception) -> bool:
    return is_of_all(fault) or getattr(fault, "status", 0) in (401, 403)


def retry_after(answer: Answer, *, shortest: int = SHORTEST_WAIT) -> int:
    """Return the seconds to wait (RFC 9110 section 10.2.3); a date there counts as SHORTEST_WAIT."""
    text = answer.headers.get("Retry-After", "")
    return min(max(int(text), shortest), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,9}", text) else SHORTEST_WAIT


class GraphError(Exception):
    """Graph answered a person's call with an error: ``status``, its ``code``, and a ``message`` for people.

    ``request_id`` finds the call in Microsoft's logs. The text of the exception is safe to log; ``message`` may not be.
    """

    def __init__(self, status: int, *, code: str = "", message: str = "", request_id: str = "") -> None:
        super().__init__(f"Graph answered {status}" + (f" {code}" if code else ""))
        self.status, self.code, self.message, self.request_id = status, code, message, request_id

    @classmethod
    def of(cls, answer: Answer) -> GraphError:
        """Return the error of an answer (Microsoft Graph, "Error responses")."""
        try:
            error = answer.json()["error"]
            code, message = str(error["code"]), str(error["message"])
        except (ValueError, TypeError, KeyError, RecursionError):
            code = message = ""
        request_id = shown(answer.headers.get("request-id", ""), at_most=40)
        return cls(answer.status_code, code=shown(code, at_most=80), message=message, request_id=request_id)
