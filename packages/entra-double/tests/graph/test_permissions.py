"""App role assignments and grants of scopes in Microsoft Graph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.principals import Group
from entra_double._world.seed import CONTOSO

from ..graph_client import BAD, CONFLICT, DENIED, NOT_FOUND, READ, WRITE, Graph, error, service_principal_id
from ..machine import DAEMON, SITE
from ..single_page_app import ADA, API, FABRIKAM, GRACE, MALLORY, SPA, TENANT

NOBODY = "00000000-0000-0000-0000-000000000000"


READER = "40010000-0000-4000-a000-000000000021"


READ_ALL = "40010000-0000-4000-a000-000000000024"


ASSIGN = "AppRoleAssignment.ReadWrite.All"


GRANTING = "DelegatedPermissionGrant.ReadWrite.All"


@pytest.mark.parametrize(
    ("principal", "role_id", "kind", "name"),
    [
        (MALLORY, READER, "User", "Mallory Malone"),
        (MALLORY, NOBODY, "User", "Mallory Malone"),
        ("group", READER, "Group", "Some"),
        ("site", READ_ALL, "ServicePrincipal", "Logbook site"),
    ],
)
async def test_a_role_is_given_and_taken(
    graph: Graph, emulator: Emulator, principal: str, role_id: str, kind: str, name: str
) -> None:
    group = Group(object_id="11110000-0000-4000-a000-000000000001", tenant_id=TENANT, name="Some")
    emulator.directory = emulator.directory.put(group)
    principal_id = {"group": group.object_id, "site": service_principal_id(emulator, SITE)}.get(principal, principal)
    api_id = service_principal_id(emulator, API)
    admin, path = graph.person(ASSIGN, READ), f"/servicePrincipals/{api_id}/appRoleAssignedTo"
    body = {"principalId": principal_id, "resourceId": api_id, "appRoleId": role_id}
    made = await admin.created(path, body)
    assert set(made) == {
        "@odata.context",
        "id",
        "deletedDateTime",
        "appRoleId",
        "createdDateTime",
        "principalDisplayName",
        "principalId",
        "principalType",
        "resourceDisplayName",
        "resourceId",
    }
    assert (made["principalType"], made["principalDisplayName"]) == (kind, name)
    assert (made["resourceDisplayName"], made["resourceId"]) == ("Logbook API", api_id)
    assert error(await admin.post(path, body)) == BAD
    assert made["id"] in {known["id"] for known in await admin.values(path)}
    given = await admin.values(f"/servicePrincipals/{service_principal_id(emulator, SITE)}/appRoleAssignments")
    assert [known["id"] for known in given] == ([made["id"]] if principal == "site" else [])
    assert (await admin.delete(f"{path}/{made['id']}")).status_code == 204
    assert error(await admin.delete(f"{path}/{made['id']}")) == NOT_FOUND


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"principalId": GRACE.replace("9", "8")}, NOT_FOUND),
        ({"principalId": "x"}, BAD),
        ({"resourceId": ADA}, BAD),
        ({"resourceId": "spa"}, BAD),
        ({"appRoleId": ADA}, BAD),
        ({"appRoleId": READ_ALL}, BAD),
        ({"principalId": "site"}, BAD),
        ({"more": 1}, BAD),
    ],
)
async def test_a_role_that_cannot_be_given(
    graph: Graph, emulator: Emulator, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    ids = {"spa": service_principal_id(emulator, SPA), "site": service_principal_id(emulator, SITE)}
    api_id = service_principal_id(emulator, API)
    body = {"principalId": MALLORY, "resourceId": api_id, "appRoleId": READER}
    body |= {name: ids.get(value, value) for name, value in changes.items()}
    assert (
        error(await graph.person(ASSIGN, READ).post(f"/servicePrincipals/{api_id}/appRoleAssignedTo", body)) == expected
    )


async def test_giving_roles_needs_two_permissions(graph: Graph, emulator: Emulator) -> None:
    api_id = service_principal_id(emulator, API)
    body, path = {"principalId": MALLORY, "resourceId": api_id, "appRoleId": READER}, f"/servicePrincipals/{api_id}"
    for scopes in ([ASSIGN], [READ]):
        assert error(await graph.person(*scopes).post(f"{path}/appRoleAssignedTo", body)) == DENIED
    for scopes in ([ASSIGN, "Directory.Read.All"], [ASSIGN, WRITE]):
        caller = graph.person(*scopes)
        made = await caller.created(f"{path}/appRoleAssignedTo", body)
        assert (await caller.delete(f"{path}/appRoleAssignedTo/{made['id']}")).status_code == 204


async def test_assignments_of_who_is_gone_have_no_name(graph: Graph, emulator: Emulator) -> None:
    gone = Assignment(principal_id="gone", tenant_id=TENANT, client_id=API)
    nowhere = Assignment(principal_id=service_principal_id(emulator, SITE), tenant_id=TENANT, client_id=ADA)
    emulator.directory = emulator.directory.put(gone, nowhere)
    reader = graph.person(READ)
    assigned = await reader.values(f"/servicePrincipals(appId='{API}')/appRoleAssignedTo")
    assert (assigned[-1]["principalType"], assigned[-1]["principalDisplayName"]) == (None, None)
    (given,) = await reader.values(f"/servicePrincipals(appId='{SITE}')/appRoleAssignments")
    assert (given["resourceId"], given["resourceDisplayName"]) == (None, None)


def grant_body(emulator: Emulator, **changes: Any) -> dict[str, Any]:
    ids = {"clientId": service_principal_id(emulator, DAEMON), "resourceId": service_principal_id(emulator, API)}
    return {**ids, "consentType": "AllPrincipals", "principalId": None, "scope": "access_as_user", **changes}


@pytest.mark.parametrize("person_id", [None, ADA])
async def test_a_grant_is_made_extended_and_ended(graph: Graph, emulator: Emulator, person_id: str | None) -> None:
    admin = graph.person(GRANTING)
    kind = {"consentType": "Principal", "principalId": ADA} if person_id else {}
    body = grant_body(emulator, **kind)
    made = await admin.created("/oauth2PermissionGrants", body)
    assert {name: made[name] for name in body} == body
    assert error(await admin.post("/oauth2PermissionGrants", body)) == CONFLICT
    path = f"/oauth2PermissionGrants/{made['id']}"
    assert (await admin.patch(path, {"scope": "access_as_user other"})).status_code == 204
    assert (await admin.get(path)).json()["scope"] == "access_as_user other"
    client, api = [emulator.directory.application(CONTOSO, known) for known in (DAEMON, API)]
    assert client
    assert api
    granted = emulator.directory.granted_scopes(TENANT, client, api, person_id)
    assert granted == {"access_as_user", "other"}
    found = await admin.values("/oauth2PermissionGrants", filter=f"clientId eq '{body['clientId']}'")
    assert [known["id"] for known in found] == [made["id"]]
    assert (await admin.delete(path)).status_code == 204
    assert error(await admin.get(path)) == NOT_FOUND


@pytest.mark.parametrize(
    "changes",
    [
        {"clientId": ADA},
        {"clientId": "x"},
        {"resourceId": None},
        {"consentType": "Some"},
        {"consentType": None},
        {"principalId": ADA},
        {"consentType": "Principal"},
        {"consentType": "Principal", "principalId": NOBODY},
        {"scope": 1},
        {"more": 1},
    ],
)
async def test_a_grant_that_cannot_be_made(graph: Graph, emulator: Emulator, changes: dict[str, Any]) -> None:
    body = grant_body(emulator, **changes)
    assert error(await graph.person(GRANTING).post("/oauth2PermissionGrants", body)) == BAD


async def test_grants_need_their_permission(graph: Graph, emulator: Emulator) -> None:
    reader = graph.person("Directory.Read.All")
    assert len(await reader.values("/oauth2PermissionGrants")) == len(emulator.directory.grants)
    assert error(await reader.post("/oauth2PermissionGrants", grant_body(emulator))) == DENIED
    assert error(await graph.person(WRITE).get("/oauth2PermissionGrants")) == DENIED


async def test_a_grant_of_who_is_gone_names_nobody(graph: Graph, emulator: Emulator) -> None:
    gone = PermissionGrant(tenant_id=TENANT, client_id=ADA, resource_id=GRACE, scopes=frozenset())
    elsewhere = replace(gone, tenant_id=FABRIKAM, resource_id=GRAPH_CLIENT_ID)
    emulator.directory = emulator.directory.put(gone, elsewhere)
    shown = (await graph.person(GRANTING).get(f"/oauth2PermissionGrants/{gone.id}")).json()
    assert (shown["clientId"], shown["resourceId"], shown["scope"]) == (None, None, "")
    assert error(await graph.get(f"/oauth2PermissionGrants/{elsewhere.id}"))[0] == 401
    assert error(await graph.person(GRANTING).get(f"/oauth2PermissionGrants/{elsewhere.id}")) == NOT_FOUND
