"""The official SDK's client knows only the address of Logbook's tools, and the id of its own registration."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import harness
import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

TOOLS = os.environ["LOGBOOK_TOOLS"]
CLIENT_ID = "70015000-0000-4000-a000-000000000006"
ALAN = "alan@contoso.example"


def callback(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Go back to the client."]


CALLBACK = harness.serve(callback) + "/callback"


class Storage:
    """The registration, which was made beforehand, and the tokens."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.registration = OAuthClientInformationFull(client_id=CLIENT_ID, redirect_uris=[CALLBACK])

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.registration

    async def set_client_info(self, registration: OAuthClientInformationFull) -> None:
        self.registration = registration


class Person:
    """Opens what the client wants to show in a browser."""

    def __init__(self, name: str | None) -> None:
        self.name, self.came_back, self.visits = name, {}, 0

    async def open(self, address: str) -> None:
        self.visits += 1
        page = await asyncio.to_thread(harness.visit, address, self.name)
        self.came_back = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}

    async def returned(self) -> AuthorizationCodeResult:
        if "error" in self.came_back:
            raise PermissionError(self.came_back["error"])
        return AuthorizationCodeResult(code=self.came_back["code"], state=self.came_back["state"])


@asynccontextmanager
async def connected(person: Person, storage: Storage | None = None, **options):
    metadata = OAuthClientMetadata(
        redirect_uris=[CALLBACK], client_name="interop", grant_types=["authorization_code", "refresh_token"]
    )
    auth = OAuthClientProvider(TOOLS, metadata, storage or Storage(), person.open, person.returned)
    async with (
        httpx2.AsyncClient(auth=auth) as http,
        Client(streamable_http_client(TOOLS, http_client=http), **options) as client,
    ):
        client.sign_in = auth
        yield client


async def add_and_list(person: Person, **options) -> str:
    async with connected(person, **options) as client:
        await client.call_tool("add_entry", {"text": "Pumps replaced."})
        listed = await client.call_tool("list_entries", {"first": 1})
        newest = listed.structured_content["result"][0]
        assert (newest["text"], newest["author"]) == ("Pumps replaced.", harness.ADA), newest
        return client.protocol_version


async def signs_in() -> str:
    person = Person(harness.ADA)
    version = await add_and_list(person)
    assert person.visits == 1, person.visits
    return f"protocol {version}, one visit"


async def before_2026() -> str:
    version = await add_and_list(Person(harness.ADA), mode="legacy")
    assert version < "2026", version
    return f"protocol {version}"


async def renews() -> str:
    storage, person = Storage(), Person(harness.ADA)
    async with connected(person, storage) as client:
        await client.list_tools()
        first, client.sign_in.context.token_expiry_time = storage.tokens, 1.0
        tools = [tool.name for tool in (await client.list_tools()).tools]
    assert storage.tokens.access_token != first.access_token
    assert person.visits == 1, person.visits
    return f"tools {' '.join(tools)}, one visit"


async def may_not_write() -> str:
    async with connected(Person(ALAN)) as client:
        await client.call_tool("list_entries", {})
        refused = await client.call_tool("add_entry", {"text": "Pumps replaced."})
    assert refused.is_error, refused
    return refused.content[0].text


async def cancels() -> str:
    try:
        async with connected(Person(None)):
            pass
    except BaseExceptionGroup as failed:
        causes = failed
        while isinstance(causes, BaseExceptionGroup):
            causes = causes.exceptions[0]
        return str(causes)
    except PermissionError as denied:
        return str(denied)
    raise AssertionError("it is connected")


for name, act in {
    "finds the authority, signs in and calls a tool": signs_in,
    "goes on in the session of the protocol before 2026": before_2026,
    "the token is renewed, with resource": renews,
    "a reader may not write": may_not_write,
    "a sign-in that the person cancels": cancels,
}.items():
    harness.flow(name, lambda act=act: asyncio.run(act()))
