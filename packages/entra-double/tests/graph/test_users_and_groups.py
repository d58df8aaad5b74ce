"""People, groups and tenants in Microsoft Graph, with the permissions that each needs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.policies import AuthenticationContext
from entra_double._world.principals import Group

from ..graph_client import BAD, DENIED, NOT_FOUND, Graph, error
from ..machine import DAEMON
from ..single_page_app import ADA, BASE_URL, FABRIKAM, GRACE, KATHERINE, TENANT
from ..worlds import change_person

GROUP = "11110000-0000-4000-a000-000000000001"


async def test_who_am_i(graph: Graph, emulator: Emulator) -> None:
    change_person(emulator, ADA, language="en-GB", email="countess@contoso.example")
    response = await graph.person("User.Read").get("/me")
    assert response.json() == {
        "@odata.context": f"{BASE_URL}/v1.0/$metadata#users/$entity",
        "businessPhones": [],
        "displayName": "Ada Lovelace",
        "givenName": "Ada",
        "jobTitle": None,
        "mail": "countess@contoso.example",
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": "en-GB",
        "surname": "Lovelace",
        "userPrincipalName": "ada@contoso.example",
        "id": ADA,
    }


async def test_a_person_reads_themselves_by_every_name_and_nobody_else(graph: Graph) -> None:
    ada = graph.person("User.Read")
    for name in (ADA, ADA.upper(), "ada@contoso.example"):
        assert (await ada.get(f"/users/{name}")).json()["id"] == ADA
    assert error(await ada.get(f"/users/{GRACE}")) == DENIED
    assert error(await ada.get("/users")) == DENIED
    assert (await graph.person("User.Read.All").get(f"/users/{GRACE}")).json()["id"] == GRACE


async def test_another_scope_does_not_open_oneself(graph: Graph) -> None:
    assert error(await graph.person("openid").get("/me")) == DENIED
    assert error(await graph.person("Group.Read.All").get("/me")) == DENIED


async def test_an_application_is_nobody(graph: Graph) -> None:
    daemon = graph.application("User.Read.All")
    assert error(await daemon.get("/me")) == (400, "BadRequest")
    assert (await daemon.get(f"/users/{ADA}")).status_code == 200
    assert error(await graph.application("Group.Read.All", client=DAEMON).get("/applications")) == DENIED


async def test_basic_reading_shows_basic_members(graph: Graph) -> None:
    basic = graph.person("User.ReadBasic.All")
    shown = (await basic.get(f"/users/{GRACE}")).json()
    assert set(shown) - {"@odata.context"} == {"displayName", "givenName", "mail", "surname", "userPrincipalName", "id"}
    assert (await basic.values("/users"))[0].keys() == set(shown) - {"@odata.context"}
    assert {person["accountEnabled"] for person in await basic.values("/users", select="accountEnabled")} == {None}
    assert error(await basic.get("/users", select="accountDisabled")) == BAD
    assert "jobTitle" in (await basic.get(f"/users/{ADA}")).json()


DECLARED = ("department", "companyName", "employeeId", "createdDateTime", "onPremisesSamAccountName")


@pytest.mark.parametrize("name", DECLARED)
async def test_a_declared_property_that_the_directory_does_not_know_is_null(graph: Graph, name: str) -> None:
    reader = graph.person("User.Read.All")
    for path in ("/me", f"/users/{GRACE}"):
        assert (await reader.get(path, select=f"id,{name}")).json()[name] is None
        assert error(await reader.get(path, select=f"id,{name}s")) == BAD
        assert name not in (await reader.get(path)).json()
    assert {person[name] for person in await reader.values("/users", select=f"id,{name}")} == {None}


@pytest.mark.parametrize("name", ["otherMails", "proxyAddresses", "identities"])
async def test_a_declared_collection_is_empty(graph: Graph, name: str) -> None:
    assert (await graph.person("User.Read").get("/me", select=name)).json()[name] == []


async def test_people_are_those_of_the_tenant(graph: Graph) -> None:
    people = await graph.person("User.Read.All").values("/users", select="id,userType")
    assert len(people) == 5
    assert {"id": KATHERINE, "userType": "Guest"} in people
    assert {"id": ADA, "userType": "Member"} in people


async def test_a_guest_is_found_by_the_name_in_this_tenant_only(graph: Graph) -> None:
    reader = graph.person("User.Read.All")
    guest = "katherine_fabrikam.example%23EXT%23@contoso.example"
    assert (await reader.get(f"/users/{guest}")).json()["id"] == KATHERINE
    assert error(await reader.get("/users/katherine@fabrikam.example")) == NOT_FOUND


async def test_who_is_not_there(graph: Graph) -> None:
    reader = graph.person("User.Read.All", "Group.Read.All")
    assert error(await reader.get("/users/nobody@contoso.example")) == NOT_FOUND
    assert error(await reader.get(f"/groups/{ADA}")) == NOT_FOUND


async def test_groups_and_their_members(graph: Graph, emulator: Emulator) -> None:
    entry = emulator.directory.service_principal(TENANT, DAEMON)
    assert entry
    inner = Group(object_id="22220000-0000-4000-a000-000000000002", tenant_id=TENANT, name="Inner")
    group = Group(
        object_id=GROUP,
        tenant_id=TENANT,
        name="A group",
        members=frozenset({ADA, entry.id, inner.object_id, "gone"}),
        mail="group@contoso.example",
    )
    elsewhere = replace(group, object_id="33330000-0000-4000-a000-000000000003", tenant_id="elsewhere")
    emulator.directory = replace(emulator.directory, groups=(group, inner, elsewhere))
    reader = graph.person("GroupMember.Read.All")
    assert [known["displayName"] for known in await reader.values("/groups")] == ["A group", "Inner"]
    shown = (await reader.get(f"/groups/{GROUP}")).json()
    assert (shown["mailEnabled"], shown["mailNickname"], shown["securityEnabled"]) == (True, "Agroup", True)
    assert error(await reader.get(f"/groups/{elsewhere.object_id}")) == NOT_FOUND
    members = {known["@odata.type"]: known for known in await reader.values(f"/groups/{GROUP}/members")}
    assert members["#microsoft.graph.user"]["id"] == ADA
    assert members["#microsoft.graph.user"]["displayName"] is None
    assert members["#microsoft.graph.group"]["displayName"] == "Inner"
    assert members["#microsoft.graph.servicePrincipal"]["appId"] == DAEMON
    both = graph.person("GroupMember.Read.All", "User.ReadBasic.All")
    named = {known["@odata.type"]: known for known in await both.values(f"/groups/{GROUP}/members")}
    assert named["#microsoft.graph.user"]["displayName"] == "Ada Lovelace"
    assert error(await graph.person("User.Read.All").get("/groups")) == DENIED


async def test_the_tenant(graph: Graph) -> None:
    (tenant,) = await graph.person("User.Read").values("/organization")
    assert (tenant["id"], tenant["displayName"], tenant["countryLetterCode"]) == (TENANT, "Contoso", "NL")
    assert tenant["verifiedDomains"][0]["name"] == "contoso.example"
    assert error(await graph.application("User.Read.All").get("/organization")) == DENIED


async def test_authentication_contexts(graph: Graph, emulator: Emulator) -> None:
    mine = AuthenticationContext(tenant_id=TENANT, id="c1", name="Step up")
    emulator.directory = emulator.directory.put(mine, replace(mine, tenant_id=FABRIKAM, id="c2"))
    path = "/identity/conditionalAccess/authenticationContextClassReferences"
    shown = await graph.application("Policy.Read.ConditionalAccess").values(path)
    assert shown == [{"id": "c1", "displayName": "Step up", "description": "", "isAvailable": True}]
    assert error(await graph.person("Directory.Read.All").get(path)) == DENIED
