"""Query options: filters, pages, counts and selection."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.seed import CONTOSO

from ..graph_client import BAD, UNSUPPORTED, Graph, error
from ..single_page_app import ADA, BASE_URL, GRACE


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("userPrincipalName eq 'ADA@contoso.example'", {"Ada Lovelace"}),
        (f"id eq '{GRACE}'", {"Grace Hopper"}),
        ("startswith(displayName,'a')", {"Ada Lovelace", "Alan Turing"}),
        ("startswith(displayName, 'Katherine J')", {"Katherine Johnson"}),
        ("displayName eq 'O''Hara'", set()),
    ],
)
async def test_people_are_found(graph: Graph, filter_: str, expected: set[str]) -> None:
    people = await graph.person("User.Read.All").values("/users", filter=filter_)
    assert {person["displayName"] for person in people} == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"filter": "jobTitle eq 'x'"}, UNSUPPORTED),
        ({"filter": "displayName ne 'x'"}, UNSUPPORTED),
        ({"filter": "displayName eq 'x' or id eq 'y'"}, UNSUPPORTED),
        ({"orderby": "displayName"}, UNSUPPORTED),
        ({"top": "0"}, BAD),
        ({"top": "1000"}, BAD),
        ({"top": "many"}, BAD),
        ({"skiptoken": "x"}, BAD),
        ({"select": "nonsense"}, BAD),
    ],
)
async def test_what_is_not_understood_is_refused(
    graph: Graph, query: dict[str, str], expected: tuple[int, str]
) -> None:
    assert error(await graph.person("User.Read.All").get("/users", **query)) == expected


async def test_a_list_comes_in_pages(graph: Graph, emulator: Emulator) -> None:
    ada = emulator.directory.person(CONTOSO, ADA)
    assert ada
    more = (replace(ada, object_id=f"p{n}", username=f"p{n}", user_principal_name=f"p{n}") for n in range(200))
    emulator.directory = emulator.directory.put(*more)
    reader = graph.person("User.Read.All")
    first = (await reader.get("/users", select="id", count="true")).json()
    assert (len(first["value"]), first["@odata.count"]) == (100, 205)
    assert first["@odata.nextLink"].startswith(f"{BASE_URL}/v1.0/users?$select=id")
    found = [person["id"] for person in first["value"]]
    link = first["@odata.nextLink"]
    while link:
        page = (await reader.http.get(link, headers=reader.headers)).json()
        found += [person["id"] for person in page["value"]]
        link = page.get("@odata.nextLink")
    assert len(set(found)) == len(found) == 205
    assert "@odata.nextLink" not in (await reader.get("/users", top="999")).json()
    assert len(await reader.values("/users", top="3")) == 3


@pytest.mark.parametrize("name", ["filter", "$filter", "$Filter", "FILTER"])
async def test_an_option_counts_with_and_without_its_dollar_sign(graph: Graph, name: str) -> None:
    reader = graph.person("User.Read.All")
    query = {name: "displayName eq 'Grace Hopper'", "top": "1", "select": "displayName", "mine": "1"}
    page = (await reader.http.get("/v1.0/users", params=query, headers=reader.headers)).json()
    assert page["value"] == [{"displayName": "Grace Hopper"}]
    assert "@odata.nextLink" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("$filter=displayName eq 'x'&$filter=displayName eq 'y'", (400, "Request_BadRequest")),
        ("$top=1&top=2", (400, "Request_BadRequest")),
        ("search=x", (400, "Request_UnsupportedQuery")),
        ("orderby=displayName", (400, "Request_UnsupportedQuery")),
        ("$nonsense=1", (400, "Request_UnsupportedQuery")),
    ],
)
async def test_an_option_that_is_not_understood_is_not_ignored(
    graph: Graph, query: str, expected: tuple[int, str]
) -> None:
    reader = graph.person("User.Read.All")
    assert error(await reader.http.get(f"/v1.0/users?{query}", headers=reader.headers)) == expected


async def test_a_plain_filter_of_memberships_is_refused_without_its_dollar_sign_too(graph: Graph) -> None:
    reader = graph.person("GroupMember.Read.All", "User.Read")
    path = "/v1.0/me/memberOf?filter=displayName eq 'x'"
    assert error(await reader.http.get(path, headers=reader.headers)) == (400, "Request_UnsupportedQuery")
