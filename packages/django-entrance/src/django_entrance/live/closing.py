"""Says with which code and text a WebSocket is closed."""

from __future__ import annotations

from typing import NamedTuple

from django_entrance.bearer.refusals import as_shown
from django_entrance.verification.errors import AuthorityUnreachable, Refused

CODES = {400: 4400, 401: 4401, 403: 4403}
"""Close codes of graphql-transport-ws by the status that HTTP would have."""


class Close(NamedTuple):
    """A close code, and a text of at most 123 bytes (RFC 6455 section 5.5)."""

    code: int
    reason: str


UNREADABLE = Close(4400, "Invalid message")
NOT_INITIALISED = Close(4401, "Unauthorized")
INIT_TOO_LATE = Close(4408, "Connection initialisation timeout")
TRY_AGAIN = Close(1013, "Try again later")
"""What clients of graphql-transport-ws answer with another attempt (RFC 6455, IANA registry)."""


class ProtocolBroken(Exception):
    """The client does not follow graphql-transport-ws."""

    def __init__(self, close: Close) -> None:
        self.close = close


def close_for(refusal: Refused) -> Close:
    """Return the close of a refusal; its text is the reason, which programs may branch on."""
    if isinstance(refusal, AuthorityUnreachable):
        return TRY_AGAIN._replace(reason=as_shown(refusal).reason)
    return Close(CODES.get(refusal.status, 4403), as_shown(refusal).reason)
