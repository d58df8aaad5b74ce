"""Watches the open connections of a process: each ends with its token or session, and with the rights of its caller.

One look at the database serves all of them, every CHECK_EVERY seconds, and one more at a person who was announced.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.live.announcing import Message, channel_layer, hearers
from django_entrance.live.authentication import OwnLogin, in_thread, like_request, refusal_at_end
from django_entrance.live.clock import Clock
from django_entrance.live.closing import SESSION_ENDED, TRY_AGAIN, Close, close_for, own_close
from django_entrance.live.listening import listen
from django_entrance.live.looking import Seen, key_of, look
from django_entrance.live.watched import Watched
from django_entrance.verification.errors import Refused

log = logging.getLogger("django_entrance")

CHECK_EVERY = 30
"""Seconds between two looks at all connections."""

CHECK_AGAIN = 10
"""Seconds after a look that failed. After a second failure the connections are closed."""

LOOK_WITHIN = 60
"""Seconds after which a look has failed: a database may hang."""

telling: set[asyncio.Task[None]] = set()
"""Refusals that are written into the log."""


class Watch:
    """The open connections of a process, and the task that looks at them while there are any."""

    def __init__(self, clock: Clock, own_login: OwnLogin | None = None) -> None:
        self.clock, self.own_login = clock, own_login
        self.open: set[Watched] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.next_look = self.wakes_at = 0.0
        self.woken = asyncio.Event()

    def add(self, watched: Watched) -> asyncio.Future[Close]:
        """Watch a connection; return what will say how it is to be closed."""
        loop = asyncio.get_running_loop()
        watched.begin(loop)
        if not self.open:
            self.start(loop)
        self.open.add(watched)
        if watched.ends_at < self.wakes_at:
            self.woken.set()
        return watched.end

    def remove(self, watched: Watched) -> None:
        self.open.discard(watched)
        if not self.open:
            self.stop()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.woken = loop, asyncio.Event()
        self.next_look = self.clock.time() + CHECK_EVERY
        hearers.add(self)
        self.spawn(self.run())
        layer = channel_layer()
        if layer is not None:
            self.spawn(listen(layer, self.hear))

    def stop(self) -> None:
        hearers.discard(self)
        for each in self.tasks:
            each.cancel()

    def spawn(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def run(self) -> None:
        """Look at all connections at intervals, and at those that end when they do."""
        fails = 0
        while True:
            await self.sleep()
            now = self.clock.time()
            self.end(now)
            if now < self.next_look:
                continue
            fails = 0 if await self.check(self.living()) else fails + 1
            if fails > 1:
                log.error("Live connections could not be checked twice, and are closed.")
                for each in self.open:
                    each.close(TRY_AGAIN)
            self.next_look = now + (CHECK_AGAIN if fails == 1 else CHECK_EVERY)

    def end(self, now: float) -> None:
        """Close those whose token or session has ended: for that no database is asked, which may be down."""
        for each in self.living():
            if each.ends_at <= now:
                refusal = refusal_at_end(each.request)
                each.close(close_for(refusal))
                task = self.loop.create_task(in_thread(log_refusal, each.request, refusal))
                telling.add(task)
                task.add_done_callback(telling.discard)

    def living(self) -> list[Watched]:
        """Return the connections that are not closing."""
        return [each for each in self.open if not each.end.done()]

    async def sleep(self) -> None:
        """Sleep until the next look, the next end, or a new connection that ends earlier."""
        self.woken.clear()
        self.wakes_at = min([self.next_look, *(each.ends_at for each in self.living())])
        sleeping = asyncio.ensure_future(self.clock.sleep(max(0, self.wakes_at - self.clock.time())))
        waking = asyncio.ensure_future(self.woken.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()

    async def check(self, some: Sequence[Watched]) -> bool:
        """Close those whose caller may not stay. Return False if the database failed, or hangs."""
        try:
            async with asyncio.timeout(LOOK_WITHIN):  # wait_for of Python 3.11 may lose the cancellation by stop()
                closes = await sync_to_async(self.try_to_judge, thread_sensitive=False)(some)
        except TimeoutError:
            log.error("Live connections could not be checked in %s seconds.", LOOK_WITHIN)
            return False
        if closes is None:
            return False
        for each, close in zip(some, closes, strict=True):
            each.close(close)
        return True

    def try_to_judge(self, some: Sequence[Watched]) -> list[Close | None] | None:
        """Return how connections are to be closed, or None if the database failed."""
        try:
            return like_request(self.judge_all, some)
        except Exception:
            log.exception("Live connections could not be checked.")
            return None

    def judge_all(self, some: Sequence[Watched]) -> list[Close | None]:
        seen = look([each.request for each in some])
        return [self.judge(each, found) for each, found in zip(some, seen, strict=True)]

    def judge(self, watched: Watched, seen: Seen) -> Close | None:
        """Judge one connection. If the database fails, the client is to connect again, where it is asked, too."""
        try:
            return watched.judge(seen, self.clock.time(), self.own_login)
        except Refused as refused:
            log_refusal(watched.request, refused.with_traceback(None))
            return close_for(refused)
        except PermissionDenied as refused:
            return own_close(refused)
        except Exception:
            log.exception("A live connection could not be checked, and is closed.")
            return TRY_AGAIN

    def hear(self, message: Message) -> None:
        """Take a message from whichever thread."""
        with suppress(RuntimeError):  # the loop is closed
            self.loop.call_soon_threadsafe(self.take, message)

    def take(self, message: Message) -> None:
        """Close the connections of ended sessions, and look at those of users."""
        users, ended = set(message["users"]), set(message["sessions"])
        for each in self.living():
            if each.names & ended:
                each.close(SESSION_ENDED)
        concerned = [each for each in self.living() if str(key_of(each.request.user)) in users]
        if concerned:
            self.spawn(self.look_at(concerned))

    async def look_at(self, some: Sequence[Watched]) -> None:
        await self.check(some)
