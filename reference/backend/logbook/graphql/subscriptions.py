"""The subscriptions of the schema."""

from collections.abc import AsyncGenerator, Callable
from typing import TypeVar

import strawberry
from asgiref.sync import sync_to_async

from logbook import models
from logbook.access import Caller, Right, caller_of
from logbook.announcing import ADDED, GROUP
from logbook.entries import find_entry, next_entries
from logbook.graphql.context import LiveInfo
from logbook.graphql.errors import unauthenticated
from logbook.graphql.types import Entry
from logbook.keys import read_key
from logbook.refusals import BadInput

AT_ONCE = 100
"""Entries that are read at once for a client that was away."""

Found = TypeVar("Found")


async def entry_added(info: LiveInfo, after: strawberry.ID | None = None) -> AsyncGenerator[Entry, None]:
    """Yield each new entry once: first those after `after`, which a client that was away has missed."""
    start = None if after is None else read_after(after)
    await as_reader(info, lambda: None)
    async with info.context.ws.listen_to_channel(ADDED, groups=[GROUP]) as messages:
        missed: set[int] = set()  # an entry that is read here may be announced, too
        while start is not None and (entries := await as_reader(info, next_entries_after(start))):
            for entry in entries:
                missed.add(entry.pk)
                yield entry  # type: ignore[misc]  # strawberry_django's type stands for the model
            start = entries[-1].pk
        async for message in messages:
            added = await as_reader(info, entry_with(message["id"]))
            if added is not None and added.pk not in missed:
                yield added  # type: ignore[misc]


def next_entries_after(start: int) -> Callable[[], list[models.Entry]]:
    return lambda: next_entries(start, size=AT_ONCE)


def entry_with(key: int) -> Callable[[], models.Entry | None]:
    return lambda: find_entry(key)


def read_after(after: str) -> int:
    key = read_key(after)
    if key is None:
        raise BadInput("after", "This is not the id of an entry.")
    return key


async def as_reader(info: LiveInfo, find: Callable[[], Found]) -> Found:
    """Find something for a caller who may read the log, now: roles may have changed since the last entry."""

    def run() -> Found:
        info.context.caller = reader(caller_of(info.context.request))
        return find()

    return await sync_to_async(run)()


def reader(caller: Caller | None) -> Caller:
    if caller is None:
        raise unauthenticated("Sign in to read the log.")
    caller.require(Right.READ)
    return caller


@strawberry.type
class Subscription:
    entry_added: AsyncGenerator[Entry, None] = strawberry.subscription(
        resolver=entry_added,
        description="New entries, as they are added. A client that was away names the last entry that it got.",
    )
