"""Service principals in Microsoft Graph."""

from __future__ import annotations

from typing import Any

import pytest
from entra_double import Emulator
from entra_double._world.registration import Audience

from ..graph_client import BAD, CONFLICT, DENIED, NOT_FOUND, OWN, READ, WRITE, Graph, error, service_principal_id
from ..machine import SITE
from ..single_page_app import ADA, API, FABRIKAM, SPA, TENANT
from ..worlds import change


async def test_every_application_of_the_tenant_has_an_identity(graph: Graph, emulator: Emulator) -> None:
    reader = graph.person(READ)
    entries = {known["appId"]: known for known in await reader.values("/servicePrincipals")}
    assert set(entries) == {known.client_id for known in emulator.directory.applications}
    api = entries[API]
    assert (api["appRoleAssignmentRequired"], api["appOwnerOrganizationId"]) == (True, TENANT)
    assert api["servicePrincipalNames"] == [f"api://{API}", "http://localhost:8000/mcp", API]
    for path in (f"/servicePrincipals/{api['id']}", f"/servicePrincipals(appId='{API}')"):
        assert (await reader.get(path)).json()["id"] == api["id"]
    assert error(await reader.get(f"/servicePrincipals/{API}")) == NOT_FOUND


async def test_the_identity_of_another_tenants_application_is_made(graph: Graph, emulator: Emulator) -> None:
    admin = graph.person(WRITE)
    change(emulator, SITE, tenant_id=FABRIKAM)
    assert error(await admin.post("/servicePrincipals", {"appId": SITE})) == BAD
    change(emulator, SITE, audience=Audience.MANY)
    made = await admin.created("/servicePrincipals", {"appId": SITE.upper(), "accountEnabled": False})
    assert (made["appId"], made["accountEnabled"], made["appOwnerOrganizationId"]) == (SITE, False, FABRIKAM)
    assert error(await admin.post("/servicePrincipals", {"appId": SITE})) == CONFLICT
    assert (await admin.patch(f"/servicePrincipals/{made['id']}", {"accountEnabled": True})).status_code == 204
    assert (await admin.get(f"/servicePrincipals/{made['id']}")).json()["accountEnabled"] is True


@pytest.mark.parametrize("body", [{}, {"appId": 1}, {"appId": "x"}, {"appId": ADA}, {"appId": SPA, "x": 1}])
async def test_no_identity_is_made_of_nothing(graph: Graph, body: dict[str, Any]) -> None:
    assert error(await graph.person(WRITE).post("/servicePrincipals", body)) == BAD


async def test_an_identity_is_changed_by_who_may(graph: Graph, emulator: Emulator) -> None:
    path = f"/servicePrincipals/{service_principal_id(emulator, SPA)}"
    assert error(await graph.person(READ).patch(path, {"accountEnabled": False})) == DENIED
    assert error(await graph.application(OWN).patch(path, {"accountEnabled": False})) == DENIED
    assert error(await graph.person(WRITE).patch(path, {"displayName": "x"})) == BAD
    assert (await graph.person(WRITE).patch(path, {"accountEnabled": False})).status_code == 204
