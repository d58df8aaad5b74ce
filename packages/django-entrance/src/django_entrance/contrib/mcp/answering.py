"""Sends the responses of the SDK: a missing scope in their place, and no longer than the caller may stay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from django.http import HttpRequest, HttpResponse

from django_entrance.bearer.refusals import problem
from django_entrance.contrib.mcp.refusing import refusal_of
from django_entrance.contrib.mcp.requests import stop_calls
from django_entrance.live.authentication import in_thread
from django_entrance.live.connection import Message, Send
from django_entrance.verification.errors import NotSignedIn, Refused


class Answer:
    """The response to a request. That to a POST begins with its first content, so that a refusal can take its place."""

    def __init__(self, request: HttpRequest, send: Send) -> None:
        self.request, self.send_to_client = request, send
        self.start: Message | None = None
        self.is_begun = self.is_over = False

    async def send(self, message: Message) -> None:
        if self.is_over:
            return
        if message["type"] == "http.response.start" and self.request.method == "POST":
            self.start = message
            return
        refusal = refusal_of(self.request)
        if self.start is not None and refusal is not None:
            await self.end_with(refusal)
            return
        if self.start is not None:
            await self.send_to_client(self.start)
        self.start, self.is_begun = None, True
        await self.send_to_client(message)

    async def end_with(self, refusal: Refused) -> None:
        """Answer with a refusal. Its challenge may ask a function of the project's, so it is made in a thread."""
        self.is_over = True
        await send_response(await in_thread(problem, self.request, refusal), self.send_to_client)

    async def cut(self) -> None:
        """End what has begun, and ask for another token where nothing has. The call does not go on."""
        stop_calls(self.request)
        if self.is_over:
            return
        if not self.is_begun:
            await self.end_with(NotSignedIn())
        else:
            self.is_over = True
            await self.send_to_client({"type": "http.response.body", "body": b""})

    async def serve(self, serving: Awaitable[None], end: Awaitable[Any]) -> None:
        """Serve until the SDK has answered, or until ``end`` says that the caller may not stay."""
        served, ended = asyncio.ensure_future(serving), asyncio.ensure_future(end)
        try:
            await asyncio.wait({served, ended}, return_when=asyncio.FIRST_COMPLETED)
            if served.done():
                await served
            else:
                await self.cut()
        finally:
            ended.cancel()
            served.cancel()


async def send_response(response: HttpResponse, send: Send) -> None:
    """Send a response of Django's through ASGI."""
    headers = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    headers.append((b"content-length", str(len(response.content)).encode("ascii")))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
