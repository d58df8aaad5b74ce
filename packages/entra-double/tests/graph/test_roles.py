"""A delegated permission never allows more than the person's directory roles."""

from __future__ import annotations

import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID

from ..graph_client import DENIED, READ, WRITE, Graph, error, service_principal_id
from ..machine import DAEMON
from ..single_page_app import API, MALLORY, SPA

PRIVILEGED = "e8611ab8-c189-46e8-94e1-60213ab1f814"
CLOUD_APPLICATION = "158c047a-c907-4556-b7ef-446551a6b5f7"
ASSIGN, GRANTING = "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"
READER = "40010000-0000-4000-a000-000000000021"
GROUP_MEMBER_READ_ALL = "98830695-27a2-44f7-8c18-0c3ebc9698f6"


@pytest.mark.parametrize(("role", "may"), [(None, False), (PRIVILEGED, False), (CLOUD_APPLICATION, True)])
async def test_another_persons_application_takes_a_role(graph: Graph, role: str | None, may: bool) -> None:
    answer = await graph.person(WRITE, role=role).patch(f"/applications(appId='{SPA}')", {"displayName": "x"})
    assert answer.status_code == (204 if may else 403)


@pytest.mark.parametrize(("role", "may"), [(None, False), (PRIVILEGED, True), (CLOUD_APPLICATION, True)])
async def test_consent_for_all_takes_a_role(graph: Graph, emulator: Emulator, role: str | None, may: bool) -> None:
    daemon, graph_entry = service_principal_id(emulator, DAEMON), service_principal_id(emulator, GRAPH_CLIENT_ID)
    body = {"clientId": daemon, "consentType": "AllPrincipals", "resourceId": graph_entry, "scope": "openid"}
    administrator = graph.person(GRANTING)
    known = await administrator.created("/oauth2PermissionGrants", body)
    caller = graph.person(GRANTING, role=role)
    path = f"/oauth2PermissionGrants/{known['id']}"
    assert (await caller.patch(path, {"scope": "openid profile"})).status_code == (204 if may else 403)
    assert (await caller.delete(path)).status_code == (204 if may else 403)
    assert (await caller.post("/oauth2PermissionGrants", body)).status_code == (201 if may else 403)


@pytest.mark.parametrize(
    ("role", "may", "may_at_graph"),
    [(None, False, False), (CLOUD_APPLICATION, True, False), (PRIVILEGED, True, True)],
)
async def test_roles_of_graph_take_a_higher_one(
    graph: Graph, emulator: Emulator, role: str | None, may: bool, may_at_graph: bool
) -> None:
    api, graph_entry = service_principal_id(emulator, API), service_principal_id(emulator, GRAPH_CLIENT_ID)
    caller = graph.person(ASSIGN, READ, role=role)
    path = f"/servicePrincipals/{api}/appRoleAssignedTo"
    given = await caller.post(path, {"principalId": MALLORY, "resourceId": api, "appRoleId": READER})
    assert given.status_code == (201 if may else 403)
    if may:
        assert (await caller.delete(f"{path}/{given.json()['id']}")).status_code == 204
    body = {"principalId": api, "resourceId": graph_entry, "appRoleId": GROUP_MEMBER_READ_ALL}
    at_graph = await caller.post(f"/servicePrincipals/{graph_entry}/appRoleAssignedTo", body)
    assert at_graph.status_code == (201 if may_at_graph else 403)
    if not may_at_graph:
        assert error(at_graph) == DENIED


async def test_an_application_needs_its_permission_alone(graph: Graph) -> None:
    answer = await graph.application(WRITE).patch(f"/applications(appId='{SPA}')", {"displayName": "x"})
    assert answer.status_code == 204
