"""Applications that a program finds or makes by a unique name, in one call."""

from __future__ import annotations

import pytest
from entra_double import Emulator

from ..graph_client import BAD, DENIED, NOT_FOUND, READ, WRITE, Graph, error

PATH = "/applications(uniqueName='tasks')"
BODY = {"displayName": "Tasks", "web": {"redirectUris": ["http://localhost/one"]}}


def preferring(graph: Graph) -> Graph:
    return Graph(graph.http, graph.emulator, {**graph.headers, "Prefer": "create-if-missing"})


async def test_the_first_call_makes_it_and_the_next_changes_it(admin: Graph) -> None:
    made = await preferring(admin).patch(PATH, BODY)
    assert (made.status_code, made.json()["uniqueName"]) == (201, "tasks")
    again = await preferring(admin).patch(PATH, {"displayName": "Renamed"})
    assert (again.status_code, again.content) == (204, b"")
    known = (await admin.get(PATH)).json()
    assert (known["id"], known["displayName"]) == (made.json()["id"], "Renamed")
    assert known["web"]["redirectUris"] == ["http://localhost/one"]
    assert (await admin.patch(PATH, {"displayName": "Once more"})).status_code == 204


async def test_without_the_preference_nothing_is_made(admin: Graph) -> None:
    assert error(await admin.patch(PATH, BODY)) == NOT_FOUND
    assert error(await admin.get(PATH)) == NOT_FOUND
    assert error(await preferring(admin).patch(PATH, {})) == BAD
    assert error(await admin.post("/applications", {**BODY, "uniqueName": "tasks"})) == BAD


async def test_only_an_owner_or_an_administrator_changes_it(graph: Graph, emulator: Emulator) -> None:
    person = graph.person(WRITE, role=None)
    assert (await preferring(person).patch(PATH, BODY)).status_code == 201
    assert (await person.patch(PATH, {"displayName": "Mine"})).status_code == 204
    other = graph.person(WRITE, name="grace@contoso.example", role=None)
    assert error(await other.patch(PATH, {"displayName": "Hers"})) == DENIED
    administrator = graph.person(WRITE, name="grace@contoso.example")
    assert (await administrator.patch(PATH, {"displayName": "Hers"})).status_code == 204
    assert error(await preferring(graph.person(READ)).patch(PATH, BODY)) == DENIED


@pytest.mark.parametrize("name", ["tags", "appRoleAssignmentRequired"])
async def test_tags_of_a_service_principal_are_kept(admin: Graph, name: str) -> None:
    app = (await preferring(admin).patch(PATH, BODY)).json()
    body = {"appId": app["appId"], "tags": ["WindowsAzureActiveDirectoryIntegratedApp"]}
    entry = await admin.created("/servicePrincipals", body)
    assert entry["tags"] == body["tags"]
    assert (await admin.patch(f"/servicePrincipals/{entry['id']}", {name: [] if name == "tags" else True})).is_success
    after = (await admin.get(f"/servicePrincipals/{entry['id']}")).json()
    assert after["tags"] == ([] if name == "tags" else body["tags"])
