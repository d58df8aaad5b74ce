"""A server of the Model Context Protocol as a part of the site: who it meets, and who is refused with which reason."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event
from typing import Any, cast

import pytest
from agent_claims import AGENT, FOR_A_PERSON
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django_entrance.contrib.mcp import current_request, serve_mcp
from django_entrance.contrib.mcp.answering import Answer
from django_entrance.contrib.mcp.refusing import REFUSAL
from django_entrance.entra.on_behalf_of import token_for
from django_entrance.models import SignInEvent
from django_entrance.verification.errors import Refused, ScopeMissing
from live_clients import HandClock
from mcp.client.auth.utils import build_oauth_authorization_server_metadata_discovery_urls
from mcp.server import MCPServer
from mcp_clients import BEFORE, MODERN, McpClient, Stream, answered, envelope, result, told
from mcp_tools import CALLS, make_server
from scripted import SPA, ScriptedAuthority
from sign_ins import bearer, expired, fresh
from starlette.applications import Starlette
from starlette.routing import Mount

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "ada@contoso.example"
OTHER_PERSON = "e4e00000-0000-4000-8000-000000000005"
DAEMON = "dae00000-0000-4000-8000-000000000006"
START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b": ping", "more_body": True}
HOST = [(b"host", b"testserver")]
WELL_KNOWN = "http://testserver/.well-known/oauth-protected-resource"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def site(settings: Any, authority: ScriptedAuthority, clock: HandClock) -> Any:
    settings.ROOT_URLCONF = "mcp_urls"
    CALLS.clear()
    return serve_mcp(get_asgi_application(), make_server(), clock=clock)


@pytest.fixture(params=[MODERN, BEFORE])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def signed_in(site: Any, authority: ScriptedAuthority, version: str = MODERN, **claims: Any) -> McpClient:
    client = McpClient(site, bearer(authority, **claims), version=version)
    if version == BEFORE:
        assert (await client.start()).status_code == 200
    return client


@pytest.mark.parametrize("tool", ["who", "awho", "with_scope", "with_role", "awith_role"])
async def test_a_tool_meets_the_same_user_as_a_view(
    site: Any, authority: ScriptedAuthority, version: str, tool: str
) -> None:
    client = await signed_in(site, authority, version, roles=["Admin"])
    answer = result(await client.tool(tool))
    assert answer == {"user": ADA, "door": "bearer", "roles": ["Admin"]}
    view = await client.http.get("/", headers=client.headers)
    assert view.json()["username"] == ADA
    assert await sync_to_async(User.objects.count)() == 1


async def test_nothing_runs_without_a_token(site: Any, version: str) -> None:
    response = await McpClient(site, version=version).tool("who")
    assert (response.status_code, response.json()["reason"], CALLS) == (401, "not_signed_in", [])
    assert response.headers["www-authenticate"] == (
        'Bearer realm="entrance", scope="api://a9100000-0000-4000-8000-000000000002/access_as_user", '
        f'resource_metadata="{WELL_KNOWN}/mcp"'
    )


async def test_an_expired_token_is_told_as_everywhere(site: Any, authority: ScriptedAuthority, version: str) -> None:
    response = await McpClient(site, expired(authority), version=version).tool("who")
    assert (response.status_code, response.json()["reason"], CALLS) == (401, "token_expired", [])
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


@pytest.mark.parametrize("token", ["of.another.login", "eyJhbGciOiJub25lIn0.e30.", "x"])
async def test_a_token_of_nobody_is_invalid(site: Any, token: str) -> None:
    response = await McpClient(site, {"authorization": f"Bearer {token}"}).tool("who")
    assert (response.status_code, response.json()["reason"], CALLS) == (401, "issuer_unknown", [])


async def test_a_missing_scope_leads_to_step_up(site: Any, authority: ScriptedAuthority, version: str) -> None:
    client = await signed_in(site, authority, version)
    for tool in ("without_scope", "awithout_scope"):
        response = await client.tool(tool)
        assert (response.status_code, response.json()["reason"]) == (403, "scope_missing")
        challenge = response.headers["www-authenticate"]
        api = "api://a9100000-0000-4000-8000-000000000002"
        assert 'error="insufficient_scope"' in challenge
        assert f'scope="{api}/access_as_user {api}/Entries.Write"' in challenge
    assert CALLS == []
    again = await signed_in(site, authority, version, scp="access_as_user Entries.Write")
    assert result(await again.tool("without_scope"))["user"] == ADA


async def test_a_missing_role_is_an_error_of_the_protocol(
    site: Any, authority: ScriptedAuthority, version: str
) -> None:
    client = await signed_in(site, authority, version, roles=["Reader"])
    for tool in ("with_role", "awith_role"):
        error = told(await client.tool(tool))["error"]
        assert (error["message"], error["data"]["reason"]) == (
            "This token lacks a required app role",
            "app_role_missing",
        )
    assert CALLS == []


async def test_a_refusal_after_progress_is_an_error_of_the_protocol(
    site: Any, authority: ScriptedAuthority, version: str
) -> None:
    client = await signed_in(site, authority, version)
    response = await client.http.post(
        "/mcp",
        json={
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {
                "name": "late_refusal",
                "arguments": {},
                "_meta": {"progressToken": 7, **(envelope(version) if version == MODERN else {})},
            },
        },
        headers=client.routing("tools/call", "late_refusal"),
    )
    assert (response.status_code, told(response)["error"]["data"]["reason"]) == (200, "scope_missing")


async def test_a_context_is_asked_for_with_its_claims(
    site: Any, authority: ScriptedAuthority, settings: Any, version: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHENTICATION_CONTEXTS": {"delete": "c1"}}
    client = await signed_in(site, authority, version, xms_cc=["cp1"])
    error = told(await client.tool("with_context"))["error"]
    assert (error["data"]["reason"], bool(error["data"]["claims"])) == ("authentication_context_missing", True)
    proved = await signed_in(site, authority, version, acrs=["c1"])
    assert result(await proved.tool("with_context"))["user"] == ADA


async def test_a_resource_asks_the_same_questions(site: Any, authority: ScriptedAuthority, version: str) -> None:
    reader = await signed_in(site, authority, version, roles=["Reader"])
    refused = told(await reader.post("resources/read", {"uri": "who://me"}, **{"mcp-name": "who://me"}))
    assert refused["error"]["data"]["reason"] == "app_role_missing"
    admin = await signed_in(site, authority, version, roles=["Admin"])
    read = told(await admin.post("resources/read", {"uri": "who://me"}, **{"mcp-name": "who://me"}))
    assert read["result"]["contents"][0]["text"] == ADA


async def test_a_deactivated_user_is_out(site: Any, authority: ScriptedAuthority, version: str) -> None:
    client = await signed_in(site, authority, version)
    assert result(await client.tool("who"))["user"] == ADA
    await sync_to_async(User.objects.update)(is_active=False)
    response = await client.tool("who")
    assert (response.status_code, response.json()["reason"], CALLS) == (403, "user_disabled", ["who"])


async def test_a_session_belongs_to_its_person(site: Any, authority: ScriptedAuthority) -> None:
    ada = await signed_in(site, authority, BEFORE)
    eve = McpClient(site, bearer(authority, oid=OTHER_PERSON, sub="another", upn="eve@contoso.example"), version=BEFORE)
    eve.headers["mcp-session-id"] = ada.headers["mcp-session-id"]
    stolen, unknown = await eve.tool("who"), await eve.tool("who", **{"mcp-session-id": "0" * 32})
    assert (stolen.status_code, CALLS) == (404, [])
    assert stolen.content == unknown.content
    assert result(await ada.tool("who"))["user"] == ADA


async def test_a_session_alone_lets_nobody_in(site: Any, authority: ScriptedAuthority) -> None:
    ada = await signed_in(site, authority, BEFORE)
    del ada.headers["authorization"]
    response = await ada.tool("who")
    assert (response.status_code, response.json()["reason"], CALLS) == (401, "not_signed_in", [])


async def test_each_message_has_its_own_caller(site: Any, authority: ScriptedAuthority) -> None:
    """A renewed token counts in a session that an older one began."""
    ada = await signed_in(site, authority, BEFORE, roles=["Reader"])
    assert told(await ada.tool("with_role"))["error"]["data"]["reason"] == "app_role_missing"
    ada.headers |= bearer(authority, roles=["Writer"])
    assert result(await ada.tool("with_role"))["roles"] == ["Writer"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://[", "http://testserver.evil.example"])
async def test_a_page_of_another_site_is_refused(site: Any, authority: ScriptedAuthority, origin: str) -> None:
    client = await signed_in(site, authority)
    response = await client.tool("who", origin=origin)
    assert (response.status_code, response.json()["reason"], CALLS) == (403, "origin_refused", [])


@pytest.mark.parametrize("origin", ["http://testserver", "https://front.example"])
async def test_the_sites_own_pages_are_served(
    site: Any, authority: ScriptedAuthority, settings: Any, origin: str
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://front.example"]
    client = await signed_in(site, authority)
    assert result(await client.tool("who", origin=origin))["user"] == ADA


async def test_another_host_is_refused_before_all_else(site: Any, authority: ScriptedAuthority) -> None:
    client = await signed_in(site, authority)
    response = await client.tool("who", host="evil.example")
    assert (response.status_code, "www-authenticate" in response.headers, CALLS) == (400, False, [])


async def test_a_query_that_is_not_text_is_refused(site: Any, authority: ScriptedAuthority) -> None:
    client = await signed_in(site, authority)
    assert (await client.post("tools/list", path="/mcp?%ff=1")).status_code == 200
    scope = {"type": "http", "path": "/mcp", "query_string": b"\xff", "method": "POST", "headers": HOST}
    sent = await answered(site, scope)
    assert (sent[0]["status"], CALLS) == (400, [])


async def test_a_token_in_the_query_does_not_count(site: Any, authority: ScriptedAuthority) -> None:
    query = f"access_token={fresh(authority)}".encode()
    scope = {"type": "http", "path": "/mcp", "query_string": query, "method": "POST", "headers": HOST}
    start, body = await answered(site, scope)
    assert (start["status"], json.loads(body["body"])["reason"], CALLS) == (401, "not_signed_in", [])


async def test_both_spellings_of_the_address_lead_there(site: Any, authority: ScriptedAuthority) -> None:
    client = await signed_in(site, authority)
    for path, status in (("/mcp", 200), ("/mcp/", 200), ("/mcp/other", 404), ("/mcpother", 404)):
        assert (await client.post("tools/list", path=path)).status_code == status


async def test_an_application_calls_by_its_role(site: Any, authority: ScriptedAuthority, settings: Any) -> None:
    await sync_to_async(User.objects.create)(username="robot")
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {DAEMON: "robot"}, "ALLOWED_CLIENTS": [SPA, DAEMON]}
    claims: dict[str, Any] = {"azp": DAEMON, "scp": None, "idtyp": "app", "sub": DAEMON, "oid": DAEMON}
    reader = await signed_in(site, authority, roles=["Reader"], **claims)
    assert told(await reader.tool("with_role"))["error"]["data"]["reason"] == "app_role_missing"
    writer = await signed_in(site, authority, roles=["Writer"], **claims)
    assert result(await writer.tool("with_role")) == {"user": "robot", "door": "bearer", "roles": ["Writer"]}
    assert (await writer.tool("without_scope")).json()["reason"] == "scope_missing"


async def test_an_agent_for_a_person_is_that_person(site: Any, authority: ScriptedAuthority, settings: Any) -> None:
    claims = {"azp": AGENT, "roles": ["Writer"], **FOR_A_PERSON}
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOWED_CLIENTS": [SPA, AGENT]}
    response = await McpClient(site, bearer(authority, **claims)).tool("with_role")
    assert (response.status_code, response.json()["reason"]) == (403, "agent_refused")
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOW_AGENTS": [AGENT]}
    assert result(await (await signed_in(site, authority, **claims)).tool("with_role"))["user"] == ADA


async def test_refusals_of_tools_are_events(site: Any, authority: ScriptedAuthority, version: str) -> None:
    client = await signed_in(site, authority, version, roles=["Reader"])
    await client.tool("with_role")
    reasons = await sync_to_async(lambda: list(SignInEvent.objects.values_list("reason", flat=True)))()
    assert "app_role_missing" in reasons


def test_tools_need_a_request() -> None:
    with pytest.raises(ImproperlyConfigured, match="serve_mcp"):
        current_request()


def test_clients_must_find_their_way(settings: Any, authority: ScriptedAuthority) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"django_entrance\.well_known"):
        serve_mcp(get_asgi_application(), make_server())


async def test_websockets_are_the_sites(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ROOT_URLCONF = "mcp_urls"
    seen = []

    async def site(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await answered(serve_mcp(site, make_server()), {"type": "websocket", "path": "/mcp"})
    assert seen == ["websocket"]


async def test_a_stream_ends_with_its_token(site: Any, authority: ScriptedAuthority, clock: HandClock) -> None:
    async with Stream(site, await signed_in(site, authority, BEFORE)) as stream:
        assert (await stream.next())["status"] == 200
        await clock.advance(2 * 3_600)
        assert await stream.next() == {"type": "http.response.body", "body": b""}


async def test_a_stream_ends_when_its_user_is_deactivated(
    site: Any, authority: ScriptedAuthority, clock: HandClock
) -> None:
    async with Stream(site, await signed_in(site, authority, BEFORE)) as stream:
        assert (await stream.next())["status"] == 200
        await clock.advance(31)
        await clock.all_asleep()
        await sync_to_async(User.objects.update)(is_active=False)
        await clock.advance(31)
        assert await stream.next() == {"type": "http.response.body", "body": b""}


async def test_a_stream_ends_if_its_caller_cannot_be_asked_for(
    site: Any, authority: ScriptedAuthority, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no database")

    async with Stream(site, await signed_in(site, authority, BEFORE)) as stream:
        assert (await stream.next())["status"] == 200
        monkeypatch.setattr("django_entrance.contrib.mcp.staying.confirm", fail)
        await clock.advance(31)
        assert await stream.next() == {"type": "http.response.body", "body": b""}


async def test_a_stream_ends_if_the_database_hangs(
    site: Any, authority: ScriptedAuthority, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Event()
    async with Stream(site, await signed_in(site, authority, BEFORE)) as stream:
        assert (await stream.next())["status"] == 200
        monkeypatch.setattr("django_entrance.contrib.mcp.staying.LOOK_WITHIN", 0.1)
        monkeypatch.setattr("django_entrance.contrib.mcp.staying.confirm", lambda *_: answers.wait(10))
        await clock.advance(31)
        try:
            assert await asyncio.wait_for(stream.next(), 5) == {"type": "http.response.body", "body": b""}
        finally:
            answers.set()


async def test_a_call_that_outlives_its_token_asks_for_another(
    site: Any, authority: ScriptedAuthority, clock: HandClock
) -> None:
    client = await signed_in(site, authority)
    calling = asyncio.ensure_future(client.tool("wait"))
    await clock.advance(2 * 3_600)
    response = await calling
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")


@pytest.mark.parametrize("seconds", [31, 0])
async def test_a_call_does_not_go_on_without_its_caller(
    settings: Any, authority: ScriptedAuthority, clock: HandClock, version: str, seconds: int
) -> None:
    """The client may call again with another token, and the tool would have done it twice."""
    settings.ROOT_URLCONF = "mcp_urls"
    server, may_end, done = MCPServer("a test"), asyncio.Event(), list[str]()

    @server.tool()
    async def work() -> str:
        done.append("begun")
        await may_end.wait()
        done.append("ended")
        return ""

    client = await signed_in(serve_mcp(get_asgi_application(), server, clock=clock), authority, version)
    calling = asyncio.ensure_future(client.tool("work"))
    while not done:
        await asyncio.sleep(0)
    if seconds:
        await sync_to_async(User.objects.update)(is_active=False)
        await clock.advance(seconds)
        assert (await calling).status_code == 401
    may_end.set()
    if not seconds:
        assert (await calling).status_code == 200
    for _ in range(20):
        await asyncio.sleep(0)
    assert done == (["begun"] if seconds else ["begun", "ended"])


async def test_a_sync_tool_gets_no_token_for_a_caller_who_may_not_stay(
    settings: Any, authority: ScriptedAuthority, clock: HandClock, version: str
) -> None:
    """Nothing stops its thread."""
    settings.ROOT_URLCONF = "mcp_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"TOKENS_CACHE": "default"}
    server, begun, may_go_on, told = MCPServer("a test"), Event(), Event(), list[str]()

    @server.tool()
    def work() -> str:
        begun.set()
        may_go_on.wait(30)
        try:
            token_for(current_request(), "User.Read")
        except Refused as refused:
            told.append(refused.reason)
        begun.clear()
        return ""

    client = await signed_in(serve_mcp(get_asgi_application(), server, clock=clock), authority, version)
    calling = asyncio.ensure_future(client.tool("work"))
    while not begun.is_set():
        await asyncio.sleep(0)
    await sync_to_async(User.objects.update)(is_active=False)
    await clock.advance(31)
    assert (await calling).status_code == 401
    may_go_on.set()
    while begun.is_set():
        await asyncio.sleep(0)
    assert told == ["not_signed_in"]


async def test_a_refusal_takes_the_place_of_all_that_follows(settings: Any, authority: ScriptedAuthority) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    request = RequestFactory().post("/mcp")
    answer = Answer(request, send)
    request.__dict__[REFUSAL] = ScopeMissing()
    for message in (START, BODY, BODY):
        await answer.send(message)
    await answer.cut()
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 403


async def lifespan(site: Any) -> tuple[Any, Any]:
    """Start a site as a server does; return what says that it has started, and a function that stops it."""
    asked: asyncio.Queue[Any] = asyncio.Queue()
    answers: asyncio.Queue[Any] = asyncio.Queue()
    running = asyncio.ensure_future(site({"type": "lifespan"}, asked.get, answers.put))
    await asked.put({"type": "lifespan.startup"})

    async def stop() -> Any:
        await asked.put({"type": "lifespan.shutdown"})
        await running
        return await answers.get()

    return await answers.get(), stop


async def test_the_server_starts_and_stops_with_the_site(site: Any, authority: ScriptedAuthority) -> None:
    started, stop = await lifespan(site)
    assert started == {"type": "lifespan.startup.complete"}
    assert result(await (await signed_in(site, authority)).tool("who"))["user"] == ADA
    assert await stop() == {"type": "lifespan.shutdown.complete"}


async def test_a_server_that_cannot_start_ends_the_start(settings: Any, authority: ScriptedAuthority) -> None:
    settings.ROOT_URLCONF = "mcp_urls"

    @asynccontextmanager
    async def broken(server: Any) -> AsyncIterator[None]:
        raise OSError("no database")
        yield

    site = serve_mcp(get_asgi_application(), MCPServer("Broken", lifespan=broken, log_level="ERROR"))
    started, _ = await lifespan(site)
    assert started == {"type": "lifespan.startup.failed", "message": "OSError('no database')"}
    with pytest.raises(OSError, match="no database"):
        await (await signed_in(site, authority)).tool("who")
    await cast(Any, site).running.stop()


class TestUnderAPrefix:
    """The site is mounted at ``/logbook`` of another ASGI application, or behind a proxy that does so."""

    @pytest.fixture(params=["mounted", "stripped", "FORCE_SCRIPT_NAME"])
    def prefixed(self, request: pytest.FixtureRequest, site: Any, settings: Any) -> Any:
        """A router of Starlette's, a proxy that strips the prefix and names it, and the setting of Django's."""
        if request.param == "mounted":
            return Starlette(routes=[Mount("/logbook", app=site)])
        if request.param == "FORCE_SCRIPT_NAME":
            settings.FORCE_SCRIPT_NAME = "/logbook"
            return site

        async def stripped(scope: Any, receive: Any, send: Any) -> None:
            scope = scope | {"root_path": "/logbook", "path": scope["path"].removeprefix("/logbook")}
            await site(scope, receive, send)

        return stripped

    @pytest.fixture
    def guest(self, prefixed: Any) -> McpClient:
        return McpClient(prefixed)

    async def test_a_tool_runs_and_a_refusal_names_the_metadata(
        self, prefixed: Any, authority: ScriptedAuthority, version: str
    ) -> None:
        client = McpClient(prefixed, bearer(authority), version=version)
        client.path = "/logbook/mcp"
        if version == BEFORE:
            assert (await client.start()).status_code == 200
        assert result(await client.tool("who"))["user"] == ADA
        challenge = (await client.tool("without_scope")).headers["www-authenticate"]
        metadata = "http://testserver/logbook/.well-known/oauth-protected-resource/logbook/mcp"
        assert 'error="insufficient_scope"' in challenge
        assert f'resource_metadata="{metadata}"' in challenge

    async def test_elsewhere_is_django(self, guest: McpClient) -> None:
        assert (await guest.post("initialize", path="/logbook/other")).status_code == 404
        assert (await guest.http.get("/logbook/")).json()["username"] == ""
        assert CALLS == []

    async def test_a_client_finds_the_authority(self, guest: McpClient, authority: ScriptedAuthority) -> None:
        """By the challenge and the SDK's own addresses, which all lie within the prefix."""
        refused = await guest.post("tools/call", {"name": "who"}, path="/logbook/mcp")
        [(_, address)] = [each.split("=", 1) for each in refused.headers["www-authenticate"].split(", ")[-1:]]
        found = (await guest.http.get(address.strip('"'))).json()
        assert found["resource"] == "http://testserver/logbook/mcp"
        [issuer] = found["authorization_servers"]
        answers = [
            await guest.http.get(each)
            for each in build_oauth_authorization_server_metadata_discovery_urls(issuer, found["resource"])
        ]
        [metadata] = [each.json() for each in answers if each.status_code == 200]
        assert metadata["issuer"] == issuer == "http://testserver/logbook/entrance/default"
        assert metadata["token_endpoint"].startswith(authority.host)

    async def test_scopes_are_named_by_the_whole_address(self, guest: McpClient, settings: Any) -> None:
        """What Entra compares with ``resource``, which is the address that the client calls."""
        settings.ENTRANCE = settings.ENTRANCE | {"AUDIENCES": ["http://testserver/logbook/mcp"]}
        refused = await guest.post("tools/call", {"name": "who"}, path="/logbook/mcp")
        challenge = refused.headers["www-authenticate"]
        assert 'scope="http://testserver/logbook/mcp/access_as_user"' in challenge

    async def test_the_site_as_a_whole_is_the_prefix(self, guest: McpClient) -> None:
        found = (await guest.http.get("/logbook/.well-known/oauth-protected-resource")).json()
        assert found["resource"] == "http://testserver/logbook"


async def test_without_any_middleware_of_django_it_is_the_same(
    settings: Any, authority: ScriptedAuthority, clock: HandClock, version: str
) -> None:
    """Those do not run for its requests anyhow: no session, no message, no language is asked for."""
    settings.MIDDLEWARE, settings.ROOT_URLCONF = [], "mcp_urls"
    settings.INSTALLED_APPS = [each for each in settings.INSTALLED_APPS if each != "django.contrib.sessions"]
    site = serve_mcp(get_asgi_application(), make_server(), clock=clock)
    client = await signed_in(site, authority, version)
    assert result(await client.tool("awho"))["user"] == ADA
    refused = await client.tool("without_scope")
    assert (refused.status_code, refused.json()["reason"]) == (403, "scope_missing")
    guest = await McpClient(site, version=version).tool("who")
    assert (guest.status_code, guest.json()["reason"]) == (401, "not_signed_in")
