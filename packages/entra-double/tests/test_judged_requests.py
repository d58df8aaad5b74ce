"""Requests of unmodified clients that Microsoft's pages do not allow, and that the service answers all the same."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import PermissionGrant

from .machine import DAEMON, DAEMON_SECRET, DEFAULT
from .single_page_app import ADA, SPA, TENANT, TOKEN, SinglePageApp, aadsts

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CAST = "/v1.0/me/transitiveMemberOf/microsoft.graph.group"


async def ask(http: httpx.AsyncClient, method: str, **headers: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": DAEMON, "client_secret": DAEMON_SECRET, "scope": DEFAULT}
    return await http.request(method, TOKEN, data=form, headers=FORM | headers)


async def test_a_get_request_with_a_form_is_read(http: httpx.AsyncClient) -> None:
    assert (await ask(http, "GET")).json()["token_type"] == "Bearer"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_not(http: httpx.AsyncClient, method: str) -> None:
    assert aadsts(await ask(http, method)) == 900561


async def test_a_get_request_with_parameters_in_its_address_is_not(http: httpx.AsyncClient) -> None:
    assert aadsts(await http.get(TOKEN, params={"grant_type": "client_credentials"})) == 900561


@pytest.mark.parametrize(
    ("headers", "parameters", "status"),
    [
        ({}, {}, 200),
        ({"ConsistencyLevel": "eventual"}, {"$count": "true"}, 200),
        ({"ConsistencyLevel": "eventual"}, {}, 400),
        ({}, {"$count": "true"}, 400),
    ],
)
async def test_a_cast_to_groups_needs_header_and_count_together_or_neither(
    emulator: Emulator,
    http: httpx.AsyncClient,
    app: SinglePageApp,
    headers: dict[str, str],
    parameters: dict[str, str],
    status: int,
) -> None:
    granted = frozenset({"User.Read", "GroupMember.Read.All"})
    grant = PermissionGrant(tenant_id=TENANT, client_id=SPA, resource_id=GRAPH_CLIENT_ID, scopes=granted)
    emulator.directory = emulator.directory.put(grant)
    scope = " ".join(f"https://graph.microsoft.com/{name}" for name in sorted(granted))
    token = str((await app.tokens(ADA, scope=scope))["access_token"])
    response = await http.get(CAST, params=parameters, headers={"Authorization": f"Bearer {token}", **headers})
    assert response.status_code == status
    if status == 200:
        assert [group["displayName"] for group in response.json()["value"]] == ["Everybody"]
    else:
        assert response.json()["error"]["code"] == "Request_UnsupportedQuery"
