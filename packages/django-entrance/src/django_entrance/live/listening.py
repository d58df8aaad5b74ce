"""Hears by the channel layer what other processes announce. Without the layer, each look at the database finds it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from django_entrance.live.announcing import GROUP, Message

log = logging.getLogger("django_entrance")

JOIN_AGAIN = 60
"""Seconds. A group forgets its members after a day, and with a restart of its server at once."""

CONNECT_AGAIN = 5
"""Seconds."""


async def listen(
    layer: Any, hear: Callable[[Message], None], *, join_again: float = JOIN_AGAIN, connect_again: float = CONNECT_AGAIN
) -> None:
    """Hear messages until it is cancelled. A layer that fails is tried again."""
    works = True
    while True:
        try:
            channel = await layer.new_channel()
            while True:
                await layer.group_add(GROUP, channel)
                works = True
                await receive_for(join_again, layer, channel, hear)
        except Exception as error:
            if works:
                log.warning("The channel layer does not answer, and is tried again: %s", type(error).__name__)
            works = False
            await asyncio.sleep(connect_again)


async def receive_for(seconds: float, layer: Any, channel: str, hear: Callable[[Message], None]) -> None:
    """Hear messages for some time."""
    try:
        async with asyncio.timeout(seconds) as limit:
            while True:
                hear(await layer.receive(channel))
    except TimeoutError:
        if not limit.expired():
            raise
