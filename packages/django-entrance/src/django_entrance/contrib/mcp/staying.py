"""Says when the caller of a response that streams may not stay. A request that is answered soon costs no query."""

from __future__ import annotations

import asyncio
import logging

from django.core.handlers.asgi import ASGIRequest

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.live.authentication import confirm, ends_at, in_thread
from django_entrance.live.clock import Clock
from django_entrance.live.watching import CHECK_EVERY, LOOK_WITHIN
from django_entrance.verification.errors import Refused

log = logging.getLogger("django_entrance")


async def stay(request: ASGIRequest, clock: Clock) -> None:
    """Return once the caller may not stay: the token has ended, or the user or the rights are gone.

    If the database fails, or hangs, so does the check; then the client is to ask again, where it would be asked, too.
    """
    while True:
        await clock.sleep(max(0, min(CHECK_EVERY, ends_at(request) - clock.time())))
        try:
            async with asyncio.timeout(LOOK_WITHIN):  # as in live.watching: wait_for may lose a cancellation
                await in_thread(confirm_or_log, request, clock.time())
        except Refused:
            return
        except Exception:
            log.exception("A response that streams could not be checked, and is ended.")
            return


def confirm_or_log(request: ASGIRequest, now: float) -> None:
    """Authenticate the caller again.

    Raises:
        Refused: the caller may not stay, which is logged.
    """
    try:
        confirm(request, now)
    except Refused as refused:
        log_refusal(request, refused.with_traceback(None))
        raise
