"""FastMCP's client knows only the address of Logbook's tools, and the id of its own registration."""

from __future__ import annotations

import asyncio
import os
import threading
import webbrowser

import harness
from fastmcp import Client
from fastmcp.client.auth import OAuth
from fastmcp.exceptions import ToolError

TOOLS = os.environ["LOGBOOK_TOOLS"]
CLIENT_ID = "70015000-0000-4000-a000-000000000006"
ALAN = "alan@contoso.example"


class Browser(webbrowser.BaseBrowser):
    """The browser of a person, who is chosen before each flow."""

    person = harness.ADA
    visits = 0

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.visits += 1
        threading.Thread(target=harness.visit, args=(url, self.person)).start()
        return True


browser = Browser()
webbrowser.register("person", None, browser, preferred=True)


def connected(person: str) -> Client:
    browser.person, browser.visits = person, 0
    return Client(TOOLS, auth=OAuth(client_id=CLIENT_ID))


async def signs_in() -> str:
    async with connected(harness.ADA) as client:
        await client.call_tool("add_entry", {"text": "Pumps replaced."})
        listed = await client.call_tool("list_entries", {"first": 1})
    newest = listed.structured_content["result"][0]
    assert (newest["text"], newest["author"]) == ("Pumps replaced.", harness.ADA), newest
    assert browser.visits == 1, browser.visits
    return "one visit"


async def may_not_write() -> str:
    async with connected(ALAN) as client:
        await client.call_tool("list_entries", {})
        try:
            await client.call_tool("add_entry", {"text": "Pumps replaced."})
        except ToolError as refused:
            return str(refused)
    raise AssertionError("it was added")


for name, act in {
    "finds the authority, signs in and calls a tool": signs_in,
    "a reader may not write": may_not_write,
}.items():
    harness.flow(name, lambda act=act: asyncio.run(act()))
