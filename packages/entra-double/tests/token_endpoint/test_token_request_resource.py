"""The parameter `resource` of v2.0 (RFC 8707): since March 2026 it has to be the API that the scopes name."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._token_endpoint.on_behalf_of import GRANT_TYPE
from entra_double._world.ids import GRAPH_CLIENT_ID

from ..devices import DEVICE_CODE
from ..machine import DAEMON_SECRET, DEFAULT, credentials
from ..single_page_app import API, SCOPE, SPA, TOKEN, SinglePageApp, aadsts, answer, payload
from ..worlds import change

URI = f"api://{API}"
SERVER = "https://mcp.example/server"
GRAPH = "https://graph.microsoft.com"
OPENID = "openid profile offline_access"


@pytest.mark.parametrize(
    ("resource", "scope"),
    [
        (URI, f"{SCOPE} {OPENID}"),
        (URI.upper(), SCOPE),
        (URI, f"{API}/access_as_user"),
        (SERVER, SCOPE),
        (SERVER, f"{SERVER}/access_as_user"),
        (GRAPH, OPENID),
        ("", SCOPE),
    ],
)
async def test_a_resource_that_the_scopes_name_is_taken(
    app: SinglePageApp, emulator: Emulator, resource: str, scope: str
) -> None:
    change(emulator, API, app_id_uris=(URI, SERVER))
    told = await app.sign_in(resource=resource, scope=scope, prompt=None)
    redeemed = await app.redeem(told["code"], resource=resource)
    assert redeemed.status_code == 200
    assert payload(redeemed.json()["access_token"])["aud"] == (GRAPH_CLIENT_ID if resource == GRAPH else API)


@pytest.mark.parametrize(
    ("resource", "scope"),
    [
        (f"{URI}/", SCOPE),
        (f"{SERVER}/", SCOPE),
        (SERVER.removesuffix("/server"), SCOPE),
        (API, SCOPE),
        ("https://nobody.example", SCOPE),
        (GRAPH, SCOPE),
        (URI, "access_as_user"),
        (URI, "User.Read"),
        (URI, OPENID),
        (URI, f"{SCOPE} {GRAPH}/User.Read"),
    ],
)
async def test_another_resource_is_refused(app: SinglePageApp, emulator: Emulator, resource: str, scope: str) -> None:
    change(emulator, API, app_id_uris=(URI, SERVER))
    told = answer(await app.authorize(resource=resource, scope=scope))
    assert (told["error"], told["error_description"].split(":")[0]) == ("invalid_target", "AADSTS9010010")


async def test_without_a_resource_a_bare_scope_is_looked_up_at_graph(app: SinglePageApp) -> None:
    told = answer(await app.authorize(scope="access_as_user"))
    assert told["error_description"].startswith("AADSTS650053")


async def test_a_code_and_a_refresh_token_keep_to_their_api(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    refused = await app.redeem(code, resource=GRAPH)
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_target", 9010010)
    body = (await app.redeem(code, resource=URI)).json()
    refused = await app.refresh(body["refresh_token"], resource=f"{URI}/")
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_target", 9010010)
    renewed = await app.refresh(body["refresh_token"], resource=GRAPH, scope=OPENID)
    assert payload(renewed.json()["access_token"])["aud"] == GRAPH_CLIENT_ID


@pytest.mark.parametrize(("resource", "status"), [(URI, 200), (f"{URI}/", 400)])
async def test_an_application_s_own_resource(http: httpx.AsyncClient, resource: str, status: int) -> None:
    response = await credentials(http, client_secret=DAEMON_SECRET, scope=DEFAULT, resource=resource)
    assert response.status_code == status
    assert status == 200 or aadsts(response) == 9010010


@pytest.mark.parametrize(("resource", "status"), [(GRAPH, 200), (URI, 400)])
async def test_the_resource_of_an_api_that_acts_for_a_person(
    http: httpx.AsyncClient, emulator: Emulator, resource: str, status: int
) -> None:
    form = {
        "grant_type": GRANT_TYPE,
        "client_id": API,
        "client_secret": "entra-local-not-a-secret-api",
        "assertion": emulator.access_token("ada@contoso.example"),
        "requested_token_use": "on_behalf_of",
        "scope": "User.Read",
        "resource": resource,
    }
    response = await http.post(TOKEN, data=form)
    assert response.status_code == status
    assert status == 200 or aadsts(response) == 9010010


@pytest.mark.parametrize(("resource", "status"), [(URI, 200), (GRAPH, 400)])
async def test_the_resource_of_a_device(http: httpx.AsyncClient, resource: str, status: int) -> None:
    response = await http.post(DEVICE_CODE, data={"client_id": SPA, "scope": SCOPE, "resource": resource})
    assert response.status_code == status
    assert status == 200 or aadsts(response) == 9010010
