"""Answers in place of an endpoint during an outage, readable for the same web pages (CORS)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entra_double._tokens.emulator import Emulator
from entra_double._world.outages import Kind, Outage

_HUGE = 3_000_000
_FOR_PAGES = ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary")

Sleep = Callable[[float], Awaitable[object]]


class OutageGate:
    def __init__(self, app: ASGIApp, emulator: Emulator, sleep: Sleep = asyncio.sleep) -> None:
        self._app = app
        self._emulator = emulator
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outage = self._emulator.outages.meet(scope["path"]) if _is_met(scope) else None
        if outage is not None and outage.kind == "slow":
            await self._sleep(outage.seconds)
        answer = None if outage is None else self._answer(outage)
        if isinstance(answer, Response):
            answer.headers.update(await self._for_pages(scope, receive))
        await (answer or self._app)(scope, receive, send)

    def _answer(self, outage: Outage) -> ASGIApp | None:
        if outage.kind == "dripping":
            return StreamingResponse(self._drip(outage.seconds), media_type="application/json")
        make = _ANSWERS.get(outage.kind)
        return make(outage.seconds) if make else None

    async def _for_pages(self, scope: Scope, receive: Receive) -> dict[str, str]:
        """Return the headers that let web pages read an answer, as the endpoint sends them to a preflight request."""
        answered: list[tuple[bytes, bytes]] = []

        async def keep(message: Message) -> None:
            answered.extend(message.get("headers", ()))

        await self._app({**scope, "method": "OPTIONS"}, receive, keep)
        headers = Headers(raw=answered)
        return {name: headers[name] for name in _FOR_PAGES if name in headers}

    async def _drip(self, seconds: float) -> AsyncIterator[bytes]:
        for byte in b'{"never": "ends"' + b" " * 10_000:
            await self._sleep(seconds)
            yield bytes([byte])


def _is_met(scope: Scope) -> bool:
    """Return whether a request may meet an outage: not a preflight request, or no page would see the failure."""
    return bool(scope["type"] == "http" and scope["method"] != "OPTIONS")


async def _break_off(scope: Scope, receive: Receive, send: Send) -> None:
    """Send less than Content-Length promises: the server then closes the connection."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"', "more_body": True})


_ANSWERS: Mapping[Kind, Callable[[float], ASGIApp]] = {
    "down": lambda _: _break_off,
    "unavailable": lambda _: PlainTextResponse("The service is unavailable.", 503),
    "throttled": lambda seconds: JSONResponse(
        {"error": "temporarily_unavailable"}, 429, headers={"Retry-After": str(round(seconds))}
    ),
    "garbage": lambda _: PlainTextResponse("<html><title>Sign in to the guest network</title>", media_type="text/html"),
    "huge": lambda _: PlainTextResponse(" " * _HUGE, media_type="application/json"),
    "redirect": lambda _: RedirectResponse("https://elsewhere.example/", 302),
}
"""Kind of outage → the answer, made of its seconds; a slow one only waits."""
