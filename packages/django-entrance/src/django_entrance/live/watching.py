"""Watches an open connection: it ends with its token or session, and with the rights of its caller to be here."""

from __future__ import annotations

import logging

from django.core.handlers.asgi import ASGIRequest

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.live.authentication import confirm, ends_at, in_thread
from django_entrance.live.clock import Clock
from django_entrance.live.closing import TRY_AGAIN, Close, close_for
from django_entrance.verification.errors import Refused

log = logging.getLogger("django_entrance")

CHECK_EVERY = 30
"""Seconds between two checks of a connection, each of one query or two."""


async def watch(request: ASGIRequest, clock: Clock) -> Close:
    """Return, once the caller may not stay, how the connection is to be closed.

    If the database fails, so does the check; then the client is to connect again, where it would be asked, too.
    """
    while True:
        await clock.sleep(max(0, min(CHECK_EVERY, ends_at(request) - clock.time())))
        try:
            await in_thread(confirm, request, clock.time())
        except Refused as refused:
            await in_thread(log_refusal, request, refused.with_traceback(None))
            return close_for(refused)
        except Exception:
            log.exception("A live connection could not be checked, and is closed.")
            return TRY_AGAIN
