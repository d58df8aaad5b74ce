"""Says with which code and text a WebSocket is closed."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import PermissionDenied

from django_entrance.bearer.refusals import as_shown
from django_entrance.verification.errors import AuthorityUnreachable, Refused

CODES = {400: 4400, 401: 4401, 403: 4403}
"""Close codes of graphql-transport-ws by the status that HTTP would have."""


LONGEST_REASON = 123
"""Bytes (RFC 6455 section 5.5)."""


class Close(NamedTuple):
    """A close code, and a text of at most LONGEST_REASON bytes."""

    code: int
    reason: str


UNREADABLE = Close(4400, "Invalid message")
TOO_LARGE = Close(4400, "Message too large")
NOT_INITIALISED = Close(4401, "Unauthorized")
INIT_TOO_LATE = Close(4408, "Connection initialisation timeout")
INIT_TWICE = Close(4429, "Too many initialisation requests")
TRY_AGAIN = Close(1013, "Try again later")
"""What clients of graphql-transport-ws answer with another attempt (RFC 6455, IANA registry)."""
SESSION_ENDED = Close(4401, "session_ended")
RIGHTS_CHANGED = Close(4401, "rights_changed")
"""A right was taken away. The client connects again, and gets what the rights that are left allow."""
TOO_MANY = Close(4429, "too_many_connections")
"""What clients of graphql-transport-ws do not answer with another attempt."""


class ProtocolBroken(Exception):
    """The client does not follow graphql-transport-ws."""

    def __init__(self, close: Close) -> None:
        self.close = close


def close_for(refusal: Refused) -> Close:
    """Return the close of a refusal; its text is the reason, which programs may branch on."""
    if isinstance(refusal, AuthorityUnreachable):
        return TRY_AGAIN._replace(reason=as_shown(refusal).reason)
    return Close(CODES.get(refusal.status, 4403), as_shown(refusal).reason)


def own_close(refusal: PermissionDenied) -> Close:
    """Return the close of a token that the project's own login refused; the exception may say the reason."""
    reason = str(refusal)
    return NOT_INITIALISED._replace(reason=reason) if 0 < len(reason.encode()) <= LONGEST_REASON else NOT_INITIALISED
