"""Says when the caller of a response that streams may not stay. A request that is answered soon costs no query."""

from __future__ import annotations

import logging

from django.core.handlers.asgi import ASGIRequest

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.live.authentication import confirm, ends_at, in_thread
from django_entrance.live.clock import Clock
from django_entrance.live.watching import CHECK_EVERY
from django_entrance.verification.errors import Refused

log = logging.getLogger("django_entrance")


async def stay(request: ASGIRequest, clock: Clock) -> None:
    """Return once the caller may not stay: the token has ended, or the user or the rights are gone.

    If the database fails, so does the check; then the client is to ask again, where it would be asked, too.
    """
    while True:
        await clock.sleep(max(0, min(CHECK_EVERY, ends_at(request) - clock.time())))
        try:
            await in_thread(confirm, request, clock.time())
        except Refused as refused:
            await in_thread(log_refusal, request, refused.with_traceback(None))
            return
        except Exception:
            log.exception("A response that streams could not be checked, and is ended.")
            return
