"""Keeps the events of streams in memory, so that clients resume them."""

from __future__ import annotations

from mcp.server.streamable_http import EventCallback, EventMessage, EventStore
from mcp.types import JSONRPCMessage


class Events(EventStore):
    """All events of the process, by their place."""

    def __init__(self) -> None:
        self.all: list[tuple[str, JSONRPCMessage | None]] = []

    async def store_event(self, stream_id: str, message: JSONRPCMessage | None) -> str:
        self.all.append((stream_id, message))
        return str(len(self.all) - 1)

    async def replay_events_after(self, last_event_id: str, send_callback: EventCallback) -> str:
        last = int(last_event_id)
        stream = self.all[last][0]
        for place, (owner, message) in enumerate(self.all[last + 1 :], start=last + 1):
            if owner == stream and message is not None:
                await send_callback(EventMessage(message, str(place)))
        return stream
