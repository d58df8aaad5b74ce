"""Addresses of Microsoft Graph: as clients spell them, with the host that was asked, and unknown ones."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._testing.app import make_app
from httpx import ASGITransport

from ...graph_client import NOT_AUTHENTICATED, Graph, error
from ...single_page_app import ADA, BASE_URL


@pytest.fixture
def graph(http: httpx.AsyncClient, emulator: Emulator) -> Graph:
    return Graph(http, emulator)


@pytest.mark.parametrize("slashes", ["//", "///"])
async def test_further_slashes_after_the_version_change_nothing(graph: Graph, slashes: str) -> None:
    reader = graph.person("User.Read.All")
    plain = await reader.http.get("/v1.0/users?$top=2", headers=reader.headers)
    doubled = await reader.http.get(f"/v1.0{slashes}users?$top=2", headers=reader.headers)
    assert doubled.json() == plain.json()
    assert doubled.json()["@odata.nextLink"].startswith(f"{BASE_URL}/v1.0/users?")
    assert (await reader.http.get(f"/v1.0/users{slashes}", headers=reader.headers)).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1.0", (400, "BadRequest")),
        ("GET", "/v1.0/", (400, "BadRequest")),
        ("GET", "/v1.0/planets", (400, "BadRequest")),
        ("GET", "/v1.0//planets", (400, "BadRequest")),
        ("GET", "/v1.0/me/planets", (400, "BadRequest")),
        ("PUT", "/v1.0/planets", (400, "BadRequest")),
        ("DELETE", "/v1.0/me", (405, "Request_BadRequest")),
        ("PUT", "/v1.0//users", (405, "Request_BadRequest")),
        ("GET", "/v1.0/me/photo/$value", (404, "ImageNotFound")),
        ("GET", f"/v1.0/users/{ADA}/photo/$value", (404, "ImageNotFound")),
        ("GET", "/v1.0/users/nobody@contoso.example/photo/$value", (404, "Request_ResourceNotFound")),
        ("TRACE", "/v1.0/me", (405, "Request_BadRequest")),
        ("PROPFIND", "/v1.0//me", (405, "Request_BadRequest")),
        ("PROPFIND", "/v1.0/planets", (400, "BadRequest")),
    ],
)
async def test_what_is_unknown_is_refused_as_graph_does(
    graph: Graph, method: str, path: str, expected: tuple[int, str]
) -> None:
    reader = graph.person("User.Read.All")
    response = await reader.http.request(method, path, headers=reader.headers)
    assert error(response) == expected
    assert response.headers["content-type"] == "application/json"
    assert error(await reader.http.request(method, path)) == NOT_AUTHENTICATED
    assert (await reader.http.get("/v1.0/me", headers=reader.headers)).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/oidc/userinfo", "/common/openid/userinfo"])
async def test_userinfo_refuses_methods_as_graph_does(graph: Graph, method: str, path: str) -> None:
    response = await graph.http.request(method, path)
    assert error(response) == (405, "Request_BadRequest")
    assert response.headers["content-type"] == "application/json"


async def test_an_application_has_no_photo_of_its_own(graph: Graph) -> None:
    caller = graph.application("User.Read.All")
    assert error(await caller.get("/me/photo/$value")) == error(await caller.get("/me")) == (400, "BadRequest")
    assert error(await caller.get(f"/users/{ADA}/photo/$value")) == (404, "ImageNotFound")


async def test_a_browser_may_ask_for_an_unknown_address(graph: Graph) -> None:
    assert (await graph.http.options("/v1.0/planets")).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("base_url", "asked", "told"),
    [
        (BASE_URL, "http://localhost:8400", "http://localhost:8400"),
        (BASE_URL, "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        (BASE_URL, "https://graph.contoso.example", "https://graph.contoso.example"),
        ("https://login.contoso.example", "http://graph.contoso.example", "https://graph.contoso.example"),
    ],
)
async def test_links_carry_the_host_that_was_asked(base_url: str, asked: str, told: str) -> None:
    """The Graph client for JavaScript keeps its token from links to another host. TLS may end before it."""
    emulator = Emulator(base_url=base_url, hosts=["graph.contoso.example"])
    async with httpx.AsyncClient(transport=ASGITransport(make_app(emulator)), base_url=asked) as http:
        reader = Graph(http, emulator).person("User.Read.All", "openid", "profile")
        page = (await reader.get("/users", top="1")).json()
        who = (await http.get("/oidc/userinfo", headers=reader.headers)).json()
    assert page["@odata.nextLink"].startswith(f"{told}/v1.0/users?")
    assert page["@odata.context"] == f"{told}/v1.0/$metadata#users"
    assert who["picture"] == f"{told}/v1.0/me/photo/$value"


async def test_a_body_that_is_too_large_is_refused_in_graphs_shape(graph: Graph) -> None:
    caller = graph.person("GroupMember.Read.All")
    for size, expected in ((200_000, (413, "RequestEntityTooLarge")), (20, (400, "Request_BadRequest"))):
        assert error(await caller.post("/me/checkMemberGroups", {"groupIds": "x" * size})) == expected
