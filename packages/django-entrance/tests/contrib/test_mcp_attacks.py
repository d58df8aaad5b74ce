"""Attacks on the door of an MCP server: every forgery of entra-double, and what can be done to a request of HTTP."""

import asyncio
import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.asgi import get_asgi_application
from django.test import Client
from django_entrance.contrib.mcp import serve_mcp
from entra_double import FORGERIES, RunningEntra
from many_groups import settings_for
from mcp_clients import BEFORE, McpClient, answered, result
from mcp_tools import CALLS, make_server
from scripted import ScriptedAuthority
from sign_ins import bearer, fresh, start_entra_session

pytestmark = pytest.mark.django_db(transaction=True)

ADA, EVE = "ada@contoso.example", "eve@contoso.example"
OTHER = {"oid": "e4e00000-0000-4000-a000-000000000005", "sub": "another", "upn": EVE, "preferred_username": EVE}


@pytest.fixture
def site(settings: Any, authority: ScriptedAuthority) -> Any:
    settings.ROOT_URLCONF = "mcp_urls"
    CALLS.clear()
    return serve_mcp(get_asgi_application(), make_server())


async def status(site: Any, *headers: tuple[bytes, bytes], method: str = "POST", query: bytes = b"") -> int:
    """Send a request with exactly these headers; return its status."""
    sent = [(b"host", b"testserver"), (b"content-type", b"application/json"), *headers]
    scope = {"type": "http", "method": method, "path": "/mcp", "query_string": query, "headers": sent}
    start, *_ = await answered(site, scope)
    found: int = start["status"]
    return found


def reason_in(response: Any) -> str:
    """Return why a token was refused, or "" if it was not. The middleware leaves what is not ours to other logins."""
    if response.status_code == 200:
        return ""
    is_ours = response.headers["content-type"] == "application/problem+json"
    return str(response.json()["reason"]) if is_ours else "issuer_unknown"


async def test_every_forgery_is_refused_as_by_the_middleware(
    settings: Any, authority: ScriptedAuthority, entra_server: RunningEntra
) -> None:
    settings.ROOT_URLCONF = "mcp_urls"
    settings.LOGIN_URL = "/login/"
    settings.ENTRANCE = settings_for(
        entra_server.base_url, ACCESS=None, KEEP_EVENTS=0, REQUIRED_SCOPES=["access_as_user"]
    )
    site, client, wrong = serve_mcp(get_asgi_application(), make_server()), Client(), {}
    CALLS.clear()
    for name, forgery in FORGERIES.items():
        headers = {"authorization": f"Bearer {entra_server.forgery(name)}"}
        try:
            here = await McpClient(site, headers).tool("who")
        except (UnicodeEncodeError, ValueError):  # no client of HTTP can send it
            continue
        there = await sync_to_async(client.get)("/closed/", headers={**headers, "accept": "application/json"})
        if reason_in(here) != reason_in(there) or (forgery.expect == "accept") > (here.status_code == 200):
            wrong[name] = (reason_in(there), here.text)
    assert wrong == {}
    assert set(CALLS) <= {"who"}


@pytest.mark.parametrize(
    "header",
    [
        "Bearer {0},Bearer {0}",
        "Bearer {0}, Bearer {1}",
        "Bearer {0}, {1}",
        "Bearer {0} {1}",
        "Bearer {0} garbage",
        "Bearer\t{0}",
        "Bearer",
        "Bearer ",
        "Token {0}",
        "JWT {0}",
        "DPoP {0}",
        "PoP {0}",
        "Basic YmFyYmFyYTpwdw==",
        "Negotiate x",
        "{0}",
        "Bearer {0}\x00",
        "Bearer {0}\xe9",
        "Bearer \xff",
        "Bearer x\r\nSet-Cookie: a=b",
    ],
)
async def test_a_header_that_is_not_one_token_lets_no_one_in(
    site: Any, authority: ScriptedAuthority, header: str
) -> None:
    written = header.format(fresh(authority), fresh(authority, **OTHER)).encode("latin-1")
    assert await status(site, (b"authorization", written)) in (400, 401)
    assert CALLS == []
    assert await sync_to_async(User.objects.count)() == 0


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "BeArEr", "Bearer "])
async def test_the_scheme_counts_in_any_case(site: Any, authority: ScriptedAuthority, scheme: str) -> None:
    client = McpClient(site, {"authorization": f"{scheme} {fresh(authority)}"})
    assert result(await client.tool("who"))["user"] == ADA


async def test_two_headers_are_no_token(site: Any, authority: ScriptedAuthority) -> None:
    tokens = [f"Bearer {each}".encode() for each in (fresh(authority), fresh(authority, **OTHER), "garbage")]
    for second in tokens[1:]:
        assert await status(site, (b"authorization", tokens[0]), (b"authorization", second)) == 400
    assert CALLS == []


async def test_a_header_of_a_megabyte_is_refused_at_once(site: Any) -> None:
    began = time.perf_counter()
    assert await status(site, (b"authorization", b"Bearer " + b"eyJ." * 250_000)) == 401
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "header", ["x-authorization", "x-ms-token-aad-access-token", "x-ms-client-principal", "x-forwarded-access-token"]
)
async def test_a_token_elsewhere_does_not_count(site: Any, authority: ScriptedAuthority, header: str) -> None:
    token = fresh(authority)
    assert await status(site, (header.encode(), f"Bearer {token}".encode())) == 401
    assert await status(site, (b"cookie", f"access_token={token}".encode())) == 401
    assert await status(site, query=f"token={token}".encode()) == 401
    for name in (b"remote-user", b"x-forwarded-user", b"x-forwarded-email"):
        assert await status(site, (name, b"barbara")) == 401
    assert CALLS == []


async def test_a_session_does_not_count_and_is_not_mixed_in(site: Any, authority: ScriptedAuthority) -> None:
    browser = Client()
    await sync_to_async(start_entra_session)(browser, authority, **OTHER)
    cookie = {"cookie": f"sessionid={browser.cookies['sessionid'].value}"}
    alone = await McpClient(site, cookie).tool("who")
    assert (alone.status_code, alone.json()["reason"]) == (401, "not_signed_in")
    both = await McpClient(site, bearer(authority) | cookie).tool("who")
    assert (result(both)["user"], "set-cookie" in both.headers) == (ADA, False)


async def test_nothing_of_a_request_without_proof_is_read(site: Any, authority: ScriptedAuthority) -> None:
    """Neither a preflight, nor a stream, nor an end of a session, nor an unreadable body."""
    for method in ("OPTIONS", "GET", "DELETE", "PUT", "HEAD"):
        assert await status(site, method=method) == 401
    unreadable = await McpClient(site).http.post("/mcp", content=b"{", headers={"content-type": "application/json"})
    assert (unreadable.status_code, unreadable.headers["cache-control"]) == (401, "no-store")


async def test_forwarded_headers_do_not_count(site: Any, authority: ScriptedAuthority) -> None:
    client = McpClient(site, {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"})
    challenge = (await client.tool("who")).headers["www-authenticate"]
    assert 'resource_metadata="http://testserver/' in challenge


@pytest.mark.parametrize("host", [b"evil.example", b"testserver@evil.example", b"evil.example:80", b"testserver/x"])
async def test_a_host_that_is_not_ours_gets_nothing(site: Any, authority: ScriptedAuthority, host: bytes) -> None:
    headers = [(b"host", host), (b"authorization", f"Bearer {fresh(authority)}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/mcp", "query_string": b"", "headers": headers}
    start, _ = await answered(site, scope)
    assert (start["status"], CALLS) == (400, [])


async def test_calls_at_once_have_their_own_callers(site: Any, authority: ScriptedAuthority) -> None:
    people = {f"p{each}@contoso.example": f"{each:08d}-0000-4000-a000-000000000000" for each in range(8)}
    clients = {
        name: McpClient(site, bearer(authority, oid=key, sub=key, upn=name, preferred_username=name))
        for name, key in people.items()
    }
    for client in clients.values():  # the users are there before the calls
        await client.tool("awho")
    tools = [(name, tool) for name in clients for tool in ("who", "awho") * 3]
    found = await asyncio.gather(*(clients[name].tool(tool) for name, tool in tools))
    assert [result(each)["user"] for each in found] == [name for name, _ in tools]


async def test_sessions_are_limited(settings: Any, authority: ScriptedAuthority) -> None:
    settings.ROOT_URLCONF = "mcp_urls"
    site = serve_mcp(get_asgi_application(), make_server(), max_sessions=1)
    assert (await McpClient(site, bearer(authority), version=BEFORE).start()).status_code == 200
    assert (await McpClient(site, bearer(authority), version=BEFORE).start()).status_code == 503
