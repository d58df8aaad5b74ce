"""Announces new entries to the live lists of all processes."""

from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from logbook.models import Entry

GROUP = "logbook.entries"
ADDED = "entry.added"


def announce_when_saved(entry: Entry) -> None:
    """Announce an entry after the commit. If the channel layer fails, lists see the entry when they are next read."""
    transaction.on_commit(partial(announce, entry.pk), robust=True)


def announce(key: int) -> None:
    async_to_sync(get_channel_layer().group_send)(GROUP, {"type": ADDED, "id": key})
