"""The tools for clients of the Model Context Protocol, called over ASGI with tokens of entra-double."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from config.asgi import site
from django_entrance.contrib.mcp import serve_mcp
from logbook.models import Entry
from logbook.tools import server

pytestmark = pytest.mark.django_db(transaction=True)

VERSION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


async def call(token: str, name: str, **arguments: Any) -> Any:
    """Call a tool; return what it returned, or the text of its error."""
    transport = httpx.ASGITransport(serve_mcp(site, server))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        params = {"name": name, "arguments": arguments, "_meta": META}
        headers = {"mcp-protocol-version": VERSION, "mcp-method": "tools/call", "mcp-name": name}
        response = await http.post(
            "/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
            headers={"accept": "application/json, text/event-stream", "authorization": f"Bearer {token}", **headers},
        )
    assert response.status_code == 200, response.text
    result = response.json()["result"]
    return result["content"][0]["text"] if result.get("isError") else result["structuredContent"]


@pytest.fixture
def entry(entry: Entry) -> Entry:
    return entry


async def test_a_reader_lists_and_a_writer_adds(entra_token: Callable[..., str], entry: Entry) -> None:
    grace, alan = await sync_to_async(entra_token)("grace"), await sync_to_async(entra_token)("alan")
    added = await call(grace, "add_entry", text=" Pumps replaced. ", tags=["Cellar"])
    assert (added["text"], added["tags"], added["author"]) == ("Pumps replaced.", ["cellar"], "Grace Hopper")
    found = (await call(alan, "list_entries"))["result"]
    assert [each["text"] for each in found] == ["Pumps replaced.", "Certificate renewed."]
    found = (await call(alan, "list_entries", search="renew", first=1))["result"]
    assert [each["text"] for each in found] == ["Certificate renewed."]


async def test_a_reader_adds_nothing(entra_token: Callable[..., str], entry: Entry) -> None:
    alan = await sync_to_async(entra_token)("alan")
    answer = await call(alan, "add_entry", text="Pumps replaced.")
    assert answer.endswith("Your roles do not allow you to write here.")
    assert await sync_to_async(Entry.objects.count)() == 1


async def test_wrong_input_is_told_as_in_graphql(entra_token: Callable[..., str]) -> None:
    grace = await sync_to_async(entra_token)("grace")
    assert (await call(grace, "add_entry", text=" ")).endswith("An entry has 1 to 2000 characters.")
    assert (await call(grace, "list_entries", first=0)).endswith("A page has 1 to 100 entries.")
