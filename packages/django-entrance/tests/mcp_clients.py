"""Calls a mounted server over ASGI without a socket, in both generations of the protocol."""

import asyncio
import json
from types import TracebackType
from typing import Any

import httpx

MODERN, BEFORE = "2026-07-28", "2025-11-25"
ACCEPT = {"accept": "application/json, text/event-stream"}
INFO = {"name": "a test", "version": "1"}


def envelope(version: str) -> dict[str, Any]:
    """Return what stands in ``_meta`` of each request since 2026-07-28, which has no handshake."""
    names = {"protocolVersion": version, "clientInfo": INFO, "clientCapabilities": {}}
    return {f"io.modelcontextprotocol/{name}": value for name, value in names.items()}


class McpClient:
    """A client with one token, or none. ``post`` returns the response of HTTP, ``call`` what a tool returned."""

    def __init__(self, site: Any, headers: dict[str, str] | None = None, *, version: str = MODERN) -> None:
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://testserver")
        self.headers, self.version, self.path = headers or {}, version, "/mcp"

    async def post(self, method: str, params: Any = None, *, path: str = "", **headers: str) -> httpx.Response:
        sent: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        if self.version == MODERN:
            sent["params"] |= {"_meta": envelope(self.version)}
        routing = self.routing(method, (params or {}).get("name", ""))
        return await self.http.post(path or self.path, json=sent, headers=routing | headers)

    def routing(self, method: str, name: str = "") -> dict[str, str]:
        """Return the headers of a request; since 2026-07-28 they repeat what is in it."""
        repeated = {"mcp-method": method} | ({"mcp-name": name} if name else {})
        version = {"mcp-protocol-version": self.version}
        return ACCEPT | version | (repeated if self.version == MODERN else {}) | self.headers

    async def start(self, **headers: str) -> httpx.Response:
        """Begin a session, as clients did before 2026-07-28, and go on in it."""
        told = {"protocolVersion": self.version, "capabilities": {}, "clientInfo": INFO}
        response = await self.post("initialize", told, **headers)
        if "mcp-session-id" in response.headers:
            self.headers["mcp-session-id"] = response.headers["mcp-session-id"]
            await self.http.post(
                self.path, json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=ACCEPT | self.headers
            )
        return response

    async def tool(self, name: str, **headers: str) -> httpx.Response:
        return await self.post("tools/call", {"name": name, "arguments": {}}, **headers)


def told(response: httpx.Response) -> Any:
    """Return the message in a response, whether it is a document or a stream."""
    if response.headers["content-type"].startswith("application/json"):
        return response.json()
    events = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    return next(message for message in map(json.loads, events) if "id" in message)


def result(response: httpx.Response) -> Any:
    """Return what a tool returned."""
    answer = told(response)
    assert "result" in answer, answer
    assert not answer["result"].get("isError"), answer
    return answer["result"]["structuredContent"]


async def answered(site: Any, scope: Any) -> list[Any]:
    """Return the messages that a site sends for a scope."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await site(scope, receiving(), send)
    return sent


def receiving() -> Any:
    """Return a ``receive`` of a client that sends no body, and stays."""
    messages = iter([{"type": "http.request", "body": b""}])

    async def receive() -> Any:
        return next(messages, None) or await asyncio.Event().wait()

    return receive


class Stream:
    """The stream of a session, as a GET opens it: message by message."""

    def __init__(self, site: Any, client: McpClient) -> None:
        headers = {"host": "testserver", "accept": "text/event-stream", "mcp-protocol-version": BEFORE} | client.headers
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/mcp",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self.site, self.messages = site, asyncio.Queue[Any]()

    async def __aenter__(self) -> "Stream":
        self.serving = asyncio.ensure_future(self.site(self.scope, receiving(), self.messages.put))
        return self

    async def next(self) -> Any:
        return await asyncio.wait_for(self.messages.get(), timeout=30)

    async def __aexit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is not None:
            self.serving.cancel()
            return
        await self.serving
        assert self.messages.empty()
