"""Runs the site of the page about the Model Context Protocol: the SDK's client signs in at entra-double."""

from pathlib import Path

from sampling import HOWTO, NEW_PROJECT, TESTS, run_pytest, samples, write_sample

CALLS = """\
import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import requests
from asgi import application
from browsing import ADA, GRACE
from mcp import Client, MCPError
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
SITE, CALLBACK = "http://localhost:8000", "http://localhost:4000/callback"
TOOLS = "70015000-0000-4000-a000-000000000006"


class Storage:
    def __init__(self):
        self.tokens, self.client = None, OAuthClientInformationFull(client_id=TOOLS, redirect_uris=[CALLBACK])

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client


def at_microsoft(address, object_id):
    # The person is chosen, and consents; returns where the browser is led back to
    browser = requests.Session()
    page = browser.get(address, allow_redirects=False, timeout=10)
    for action in ("", "consent"):
        if "Location" in page.headers:
            break
        assert 'name="transaction"' in page.text, page.text
        transaction = page.text.split('name="transaction" value="')[1].split('"')[0]
        form = {"transaction": transaction, "account": object_id, **({"action": action} if action else {})}
        sign_in = address.partition("/oauth2/")[0] + "/sign-in"
        page = browser.post(sign_in, form, allow_redirects=False, timeout=10)
    assert "Location" in page.headers, page.text
    return page.headers["Location"]


@asynccontextmanager
async def connected(entra, object_id):
    asked, returned = [], []

    async def show(address):
        asked.append(parse_qs(urlsplit(address).query))
        returned.append(await asyncio.to_thread(at_microsoft, address, object_id))

    async def came_back():
        sent = parse_qs(urlsplit(returned[-1]).query)
        return AuthorizationCodeResult(code=sent["code"][0], state=sent["state"][0])

    metadata = OAuthClientMetadata(redirect_uris=[CALLBACK])
    auth = OAuthClientProvider(f"{SITE}/mcp", metadata, Storage(), show, came_back)
    mounts = {SITE: httpx2.ASGITransport(application)}
    async with httpx2.AsyncClient(auth=auth, mounts=mounts) as http:
        async with Client(streamable_http_client(f"{SITE}/mcp", http_client=http)) as client:
            yield client, asked


@pytest.fixture(autouse=True)
def at_entra_double(entra_server, settings):
    settings.DEBUG = True  # http is for localhost, and for debugging
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.ENTRANCE = {**settings.ENTRANCE, "AUTHORITY_HOST": entra_server.base_url}


async def test_the_client_finds_the_authority_and_calls(entra_server):
    async with connected(entra_server, GRACE) as (client, asked):
        me = await client.call_tool("who_am_i", {})
        added = await client.call_tool("add_entry", {"text": "Pumps replaced."})
    assert me.content[0].text.startswith("grace@")
    assert added.content[0].text.endswith("Pumps replaced.")
    assert [each["resource"] for each in asked] == [[f"{SITE}/mcp"]]
    assert asked[0]["scope"][0].startswith(f"{SITE}/mcp/access_as_user")


async def test_a_role_that_is_missing_is_an_error(entra_server):
    async with connected(entra_server, "a1a00000-0000-4000-a000-000000000013") as (client, _):
        with pytest.raises(MCPError) as refused:
            await client.call_tool("add_entry", {"text": "Pumps replaced."})
    assert refused.value.error.data["reason"] == "app_role_missing"


async def test_a_scope_that_is_missing_leads_back_to_the_person(entra_server):
    emulator = entra_server.emulator
    api = emulator.directory.applications[0]
    [scope] = api.scopes
    more = replace(scope, value="Entries.Delete", id="de1e7e00-0000-4000-a000-000000000001")
    emulator.directory = emulator.directory.put(replace(api, scopes=(scope, more)))
    async with connected(entra_server, ADA) as (client, asked):
        deleted = await client.call_tool("delete_entry", {"number": 1})
    assert deleted.content[0].text == "1 is deleted"
    assert [f"{SITE}/mcp/Entries.Delete" in each["scope"][0].split() for each in asked] == [False, True]
"""


def test_the_site_of_the_page(tmp_path: Path) -> None:
    asgi, urls, settings = samples(HOWTO / "mcp.md", "python")
    write_sample(tmp_path, settings, before=NEW_PROJECT + "DEBUG = True\n")
    write_sample(tmp_path, urls)
    write_sample(tmp_path, asgi)
    for name in ("browsing.py", "servers.py"):
        (tmp_path / name).write_text((TESTS / name).read_text())
    (tmp_path / "test_calls.py").write_text(CALLS)
    assert "3 passed" in run_pytest(tmp_path, "--ds=settings")
