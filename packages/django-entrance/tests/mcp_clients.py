"""Calls a mounted server over ASGI without a socket, in both generations of the protocol."""

import json
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
        self.headers, self.version = headers or {}, version

    async def post(self, method: str, params: Any = None, *, path: str = "/mcp", **headers: str) -> httpx.Response:
        sent: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        routing = {"mcp-protocol-version": self.version}
        if self.version == MODERN:
            sent["params"] |= {"_meta": envelope(self.version)}
            routing |= {"mcp-method": method} | ({"mcp-name": params["name"]} if params and "name" in params else {})
        return await self.http.post(path, json=sent, headers=ACCEPT | routing | self.headers | headers)

    async def start(self, **headers: str) -> httpx.Response:
        """Begin a session, as clients did before 2026-07-28, and go on in it."""
        told = {"protocolVersion": self.version, "capabilities": {}, "clientInfo": INFO}
        response = await self.post("initialize", told, **headers)
        if "mcp-session-id" in response.headers:
            self.headers["mcp-session-id"] = response.headers["mcp-session-id"]
            await self.http.post(
                "/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=ACCEPT | self.headers
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
    assert "result" in answer and not answer["result"].get("isError"), answer
    return answer["result"]["structuredContent"]
