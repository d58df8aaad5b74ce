"""Announces what may end connections: at once to those of this process, and by the channel layer to other processes.

A message names users to look at, and sessions that have ended. It proves nothing, and one that is lost loses no close:
each process looks at its connections anyway (``watching``).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import router, transaction
from django.utils.crypto import salted_hmac

from django_entrance.models import EntraSession

log = logging.getLogger("django_entrance")

GROUP = "django-entrance"
TYPE = "entrance.changed"
SEND_WITHIN = 1
"""Seconds that a request waits for the channel layer."""

SEND_AGAIN = 5
"""Seconds after a failure in which nobody waits for it: a request may end many sessions."""

Message = dict[str, Any]


class Hearer(Protocol):
    """What hears the messages of this process, from whichever thread."""

    def hear(self, message: Message) -> None: ...


hearers: set[Hearer] = set()
sending: set[asyncio.Task[None]] = set()
failed_at: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
"""By channel layer, on the monotonic clock."""


def announce_later(*, users: Iterable[Any] = (), sessions: Iterable[Any] = ()) -> None:
    """Announce when the transaction has ended, if there is one."""
    call = partial(announce, users=users, sessions=sessions)
    transaction.on_commit(call, using=router.db_for_write(EntraSession), robust=True)


def announce(*, users: Iterable[Any] = (), sessions: Iterable[Any] = ()) -> None:
    """Tell all processes which users to look at, and which sessions ended: ids of rows, or ``session_mark``."""
    message = {"type": TYPE, "users": [str(each) for each in users], "sessions": [str(each) for each in sessions]}
    for each in tuple(hearers):
        each.hear(message)
    layer = channel_layer()
    if layer is None or time.monotonic() < failed_at.get(layer, -SEND_AGAIN) + SEND_AGAIN:
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        async_to_sync(send)(layer, message)
    else:
        task = loop.create_task(send(layer, message))
        sending.add(task)
        task.add_done_callback(sending.discard)


async def send(layer: Any, message: Message) -> None:
    """Send to the other processes. A failure costs them time, never the request that announces."""
    try:
        await asyncio.wait_for(layer.group_send(GROUP, message), SEND_WITHIN)
    except Exception as error:
        failed_at[layer] = time.monotonic()
        log.warning("Other processes were not told that a live connection ends: %s", type(error).__name__)


def channel_layer() -> Any:
    """Return the default channel layer, or None where there is none that reaches other processes."""
    if not getattr(settings, "CHANNEL_LAYERS", None):
        return None
    from channels.layers import InMemoryChannelLayer, get_channel_layer

    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


def session_mark(key: str) -> str:
    """Return what stands for the key of a session, which opens it, in a message."""
    return salted_hmac("django_entrance.live", key, algorithm="sha256").hexdigest()
