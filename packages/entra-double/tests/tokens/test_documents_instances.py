"""Which hosts are the same instance, and who signs the people of a domain in."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator, make_app

from ..single_page_app import BASE_URL, TENANT

INSTANCE = "/common/discovery/instance"
AUTHORIZE = f"{BASE_URL}/{TENANT}/oauth2/v2.0/authorize"


async def ask(http: httpx.AsyncClient, **changes: str | None) -> httpx.Response:
    asked = {"api-version": "1.1", "authorization_endpoint": AUTHORIZE, **changes}
    return await http.get(INSTANCE, params={name: value for name, value in asked.items() if value is not None})


async def test_our_own_host_stands_first(http: httpx.AsyncClient) -> None:
    response = await ask(http)
    document: dict[str, Any] = response.json()
    assert sorted(document) == ["api-version", "metadata", "tenant_discovery_endpoint"]
    assert document["api-version"] == "1.1"
    assert document["tenant_discovery_endpoint"] == f"{BASE_URL}/{TENANT}/v2.0/.well-known/openid-configuration"
    assert document["metadata"][0] == {
        "preferred_network": "localhost:8400",
        "preferred_cache": "localhost:8400",
        "aliases": ["localhost:8400"],
    }
    assert document["metadata"][1]["preferred_cache"] == "login.windows.net"
    assert len(document["metadata"]) == 6
    assert response.headers["access-control-allow-origin"] == "*"
    assert (await http.get(document["tenant_discovery_endpoint"])).status_code == 200


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        (f"{BASE_URL}/contoso.example/oauth2/v2.0/authorize", f"{TENANT}/v2.0"),
        (f"{BASE_URL}/common/oauth2/v2.0/authorize", "common/v2.0"),
        (f"{BASE_URL}/common/oauth2/authorize", "common"),
        ("http://127.0.0.1:8400/common/oauth2/authorize", "common"),
    ],
)
async def test_the_authority_is_described_in_its_own_version(
    http: httpx.AsyncClient, endpoint: str, place: str
) -> None:
    document = (await ask(http, authorization_endpoint=endpoint)).json()
    assert document["tenant_discovery_endpoint"] == f"{BASE_URL}/{place}/.well-known/openid-configuration"
    assert (await http.get(document["tenant_discovery_endpoint"])).status_code == 200


@pytest.mark.parametrize(
    ("endpoint", "error", "code"),
    [
        (None, "invalid_request", 900144),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "invalid_instance", 50049),
        ("http://localhost.evil.example/common/oauth2/v2.0/authorize", "invalid_instance", 50049),
        ("//localhost:8400/common/oauth2/v2.0/authorize", "invalid_instance", 50049),
        ("http://[/common", "invalid_instance", 50049),
        (f"{BASE_URL}/unknown.example/oauth2/v2.0/authorize", "invalid_tenant", 90002),
        (BASE_URL, "invalid_request", 900023),
    ],
)
async def test_another_servers_authority_is_not_ours_to_describe(
    http: httpx.AsyncClient, endpoint: str | None, error: str, code: int
) -> None:
    refused = await ask(http, authorization_endpoint=endpoint)
    body = refused.json()
    assert (refused.status_code, body["error"], body["error_codes"]) == (400, error, [code])
    assert (await ask(http)).status_code == 200


async def test_under_microsofts_name_its_aliases_are_ours() -> None:
    """So it is when a judge reaches the emulator by name."""
    host = "login.microsoftonline.com"
    emulator = Emulator(base_url=f"https://{host}", hosts=(host,))
    transport = httpx.ASGITransport(make_app(emulator))
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{host}") as http:
        document = (await ask(http, authorization_endpoint="https://login.windows.net/common/oauth2/authorize")).json()
    assert document["metadata"][0]["aliases"][0] == host
    assert len(document["metadata"]) == 5


@pytest.mark.parametrize("spelling", ["userrealm", "UserRealm"])
@pytest.mark.parametrize(
    ("user", "account", "domain"),
    [
        ("ada@contoso.example", "Managed", "contoso.example"),
        ("nobody@Contoso.Example", "Managed", "contoso.example"),
        ("ada@unknown.example", "Unknown", None),
        ("sam@live.com", "Unknown", None),
        ("contoso.example", "Unknown", None),
    ],
)
async def test_a_domain_says_who_signs_its_people_in(
    http: httpx.AsyncClient, spelling: str, user: str, account: str, domain: str | None
) -> None:
    document = (await http.get(f"/common/{spelling}/{user}", params={"api-version": "1.0"})).json()
    assert (document["ver"], document["account_type"], document.get("domain_name")) == ("1.0", account, domain)
    assert document["cloud_audience_urn"] == "urn:federation:MicrosoftOnline"


@pytest.mark.parametrize("path", [INSTANCE, "/common/userrealm/ada@contoso.example", "/common/discovery/v2.0/keys"])
async def test_browsers_may_ask_first(http: httpx.AsyncClient, path: str) -> None:
    response = await http.options(path)
    assert (response.status_code, response.headers["access-control-allow-methods"]) == (204, "GET, OPTIONS")
