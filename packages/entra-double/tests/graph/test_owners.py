"""Owners of applications: who is listed, who is added and removed, and what that allows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.seed import CONTOSO

from ..graph_client import BAD, DENIED, NOT_FOUND, OWN, READ, WRITE, Graph, error

ADA, GRACE = "ada00000-0000-4000-a000-000000000011", "96ace000-0000-4000-a000-000000000012"


FABRIKAM = "fab00000-0000-4000-a000-000000000001"


def reference(object_id: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{object_id}"}


async def registered(graph: Graph) -> str:
    made = await graph.post("/applications", {"displayName": "Tasks"})
    assert made.status_code == 201, made.text
    return f"/applications/{made.json()['id']}"


async def owner_ids(graph: Graph, place: str) -> list[str]:
    return [each["id"] for each in (await graph.get(f"{place}/owners")).json()["value"]]


async def test_who_registers_an_application_owns_it(admin: Graph, graph: Graph) -> None:
    place = await registered(admin)
    answer = (await admin.get(f"{place}/owners")).json()
    assert answer["@odata.context"].endswith("/v1.0/$metadata#directoryObjects")
    [owner] = answer["value"]
    assert (owner["@odata.type"], owner["id"], owner["userPrincipalName"]) == ("#microsoft.graph.user", ADA, None)
    told = graph.person(READ, "User.ReadBasic.All")
    [owner] = (await told.get(f"{place}/owners")).json()["value"]
    assert (owner["id"], owner["userPrincipalName"]) == (ADA, "ada@contoso.example")


async def test_an_owner_may_change_it_and_one_who_was_removed_may_not(graph: Graph) -> None:
    place = await registered(graph.person(WRITE, role=None))
    grace = graph.person(WRITE, name="grace@contoso.example", role=None)
    assert error(await grace.patch(place, {"displayName": "Hers"})) == DENIED
    ada = graph.person(WRITE, role=None)
    assert (await ada.post(f"{place}/owners/$ref", reference(GRACE))).status_code == 204
    assert await owner_ids(ada, place) == sorted([ADA, GRACE])
    assert (await grace.patch(place, {"displayName": "Hers"})).status_code == 204
    assert (await grace.delete(f"{place}/owners/{ADA}/$ref")).status_code == 204
    assert await owner_ids(grace, place) == [GRACE]
    assert error(await ada.patch(place, {"displayName": "Mine"})) == DENIED
    assert error(await ada.post(f"{place}/owners/$ref", reference(ADA))) == DENIED


async def test_an_application_owns_what_it_registers(graph: Graph) -> None:
    daemon = graph.application(OWN)
    place = await registered(daemon)
    [owner] = (await daemon.get(f"{place}/owners")).json()["value"]
    assert owner["@odata.type"] == "#microsoft.graph.servicePrincipal"


async def test_a_service_principal_has_the_owners_of_its_registration(admin: Graph) -> None:
    made = (await admin.post("/applications", {"displayName": "Tasks"})).json()
    assert (await admin.post("/servicePrincipals", {"appId": made["appId"]})).status_code == 201
    assert await owner_ids(admin, f"/servicePrincipals(appId='{made['appId']}')") == [ADA]


@pytest.mark.parametrize(
    ("object_id", "refusal"),
    [("00000000-0000-4000-a000-000000000000", NOT_FOUND), ("x", NOT_FOUND), (ADA, BAD)],
    ids=["unknown", "no id", "an owner already"],
)
async def test_who_cannot_be_added(admin: Graph, object_id: str, refusal: object) -> None:
    place = await registered(admin)
    assert error(await admin.post(f"{place}/owners/$ref", reference(object_id))) == refusal
    assert await owner_ids(admin, place) == [ADA]


async def test_no_group_and_no_person_of_another_tenant_is_added(admin: Graph, emulator: Emulator) -> None:
    place = await registered(admin)
    group = next(each for each in emulator.directory.groups if each.tenant_id == CONTOSO.id)
    [ada] = [each for each in emulator.directory.people if each.object_id == ADA]
    other = replace(ada, object_id=GRACE[:-1] + "f", tenant_id=FABRIKAM)
    emulator.directory = emulator.directory.put(other)
    assert error(await admin.post(f"{place}/owners/$ref", reference(group.object_id))) == BAD
    assert error(await admin.post(f"{place}/owners/$ref", reference(other.object_id))) == NOT_FOUND


@pytest.mark.parametrize("body", [{}, {"@odata.id": ""}, {"@odata.id": 1}, {"id": ADA}])
async def test_a_body_without_a_reference_is_refused(admin: Graph, body: dict[str, object]) -> None:
    assert error(await admin.post(f"{await registered(admin)}/owners/$ref", body)) == BAD


async def test_who_is_no_owner_is_not_removed(admin: Graph) -> None:
    place = await registered(admin)
    assert error(await admin.delete(f"{place}/owners/{GRACE}/$ref")) == NOT_FOUND
    assert (await admin.delete(f"{place}/owners/{ADA.upper()}/$ref")).status_code == 204
    assert await owner_ids(admin, place) == []


async def test_reading_does_not_allow_changes(graph: Graph, admin: Graph) -> None:
    place = await registered(admin)
    reader = graph.person(READ)
    assert await owner_ids(reader, place) == [ADA]
    assert error(await reader.post(f"{place}/owners/$ref", reference(GRACE))) == DENIED
