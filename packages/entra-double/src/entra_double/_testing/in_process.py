"""Calls an ASGI application without a socket, from synchronous code, even inside a running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message

_LATIN = "latin-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers (names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def ask(app: ASGIApp, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
    """Send one request, and wait for the whole answer.

    Raises:
        ConnectionResetError: The answer broke off, as in an outage.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _ask(app, method, url, headers or {}, body)).result()


async def _ask(app: ASGIApp, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(_scope(method, url, headers, len(body)), receive, send)
    if messages[-1].get("more_body", False):
        raise ConnectionResetError(f"the answer from {url} broke off")
    start = next(message for message in messages if message["type"] == "http.response.start")
    return Answer(
        status=start["status"],
        headers={name.decode(_LATIN): value.decode(_LATIN) for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in messages),
    )


def _scope(method: str, url: str, headers: Mapping[str, str], length: int) -> dict[str, object]:
    parts = urlsplit(url)
    sent = {"host": parts.netloc, "content-length": str(length)} | {
        name.lower(): value for name, value in headers.items()
    }
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.encode(_LATIN), value.encode(_LATIN)) for name, value in sent.items()],
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname, parts.port),
    }
