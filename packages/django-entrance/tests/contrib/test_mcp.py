"""A server of the Model Context Protocol as a part of the site: who it meets, and who is refused with which reason."""

from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.asgi import get_asgi_application
from django_entrance.contrib.mcp import serve_mcp
from live_clients import HandClock
from mcp_clients import BEFORE, MODERN, McpClient, result, told
from mcp_tools import CALLS, make_server
from scripted import ScriptedAuthority
from sign_ins import bearer, expired

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "ada@contoso.example"
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
