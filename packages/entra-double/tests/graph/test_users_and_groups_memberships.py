"""Memberships in Microsoft Graph, and the way there from a token that names too many groups."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import PermissionGrant
from entra_double._world.principals import Group
from entra_double._world.registration import GroupClaims
from entra_double._world.seed import API_SECRET

from ..graph_client import BAD, DENIED, UNSUPPORTED, Graph, error
from ..single_page_app import ADA, API, GRACE, TENANT, TOKEN, SinglePageApp, payload
from ..worlds import change, change_person

EDITORS = "11110000-0000-4000-a000-000000000001"
STAFF = "11110000-0000-4000-a000-000000000002"
NEWS = "11110000-0000-4000-a000-000000000003"
CAST = "microsoft.graph.group"
HALF_A_CHARACTER = b'{"securityEnabledOnly": true, "more": "\\ud800"}'


@pytest.fixture
def graph(http: httpx.AsyncClient, emulator: Emulator) -> Graph:
    """Grace is an editor, editors are staff; the news go to her directly. She has a directory role."""
    groups = (
        Group(object_id=EDITORS, tenant_id=TENANT, name="Editors", members=frozenset({GRACE})),
        Group(object_id=STAFF, tenant_id=TENANT, name="Staff", members=frozenset({EDITORS})),
        Group(object_id=NEWS, tenant_id=TENANT, name="News", members=frozenset({GRACE}), security=False),
    )
    emulator.directory = replace(emulator.directory, groups=groups)
    change_person(emulator, GRACE, directory_roles=("62e90394-69f5-4237-9190-012177145e10",))
    return Graph(http, emulator)


def grace(graph: Graph, *scopes: str) -> Graph:
    return graph.person(*scopes, name="grace@contoso.example")


async def test_direct_and_transitive_memberships_and_directory_roles(graph: Graph) -> None:
    caller = grace(graph, "User.Read", "GroupMember.Read.All")
    direct = await caller.values("/me/memberOf")
    assert [known.get("displayName") for known in direct] == ["Editors", "News", None]
    assert direct[-1]["roleTemplateId"] == "62e90394-69f5-4237-9190-012177145e10"
    every = await caller.values("/me/transitiveMemberOf", select="id")
    assert [known["id"] for known in every[:3]] == [EDITORS, STAFF, NEWS]
    assert every[3].keys() == {"@odata.type", "id"}
    kinds = await caller.values("/me/transitiveMemberOf", select="id,securityEnabled,roleTemplateId")
    assert "securityEnabled" in kinds[0]
    assert kinds[3].keys() == {"@odata.type", "id", "roleTemplateId"}
    assert {known["@odata.type"] for known in every} == {"#microsoft.graph.group", "#microsoft.graph.directoryRole"}


async def test_with_user_read_alone_names_are_null(graph: Graph) -> None:
    caller = grace(graph, "User.Read")
    for path in ("/me/transitiveMemberOf", f"/users/{GRACE}/transitiveMemberOf"):
        groups = await caller.values(path)
        assert [known["id"] for known in groups[:3]] == [EDITORS, STAFF, NEWS]
        assert {known["displayName"] for known in groups} == {None}
    assert error(await caller.get(f"/users/{ADA}/memberOf")) == DENIED


@pytest.mark.parametrize(("depth", "expected"), [("transitiveMemberOf", 3), ("memberOf", 2)])
async def test_a_cast_leaves_the_directory_roles_out(graph: Graph, depth: str, expected: int) -> None:
    caller = grace(graph, "GroupMember.Read.All")
    path = f"/me/{depth}/{CAST}"
    assert len(await caller.values(path)) == expected
    answer = (await caller.eventual().get(path, count="true", select="id,displayName")).json()
    assert answer["@odata.count"] == len(answer["value"]) == expected


async def test_a_filter_of_memberships_needs_its_header_and_count(graph: Graph) -> None:
    caller, path = grace(graph, "GroupMember.Read.All"), f"/me/transitiveMemberOf/{CAST}"
    by_name = "startswith(displayName,'e')"
    assert error(await caller.get(path, filter=by_name, count="true")) == UNSUPPORTED
    assert error(await caller.eventual().get(path, filter=by_name)) == UNSUPPORTED
    found = await caller.eventual().values(path, filter=by_name, count="true")
    assert [known["id"] for known in found] == [EDITORS]


PATHS_OF_MEMBERSHIPS = [
    f"{whose}/{depth}{cast}"
    for whose in ("/me", f"/users/{GRACE}")
    for depth in ("memberOf", "transitiveMemberOf")
    for cast in ("", f"/{CAST}", "/graph.group")
]


@pytest.mark.parametrize("path", [*PATHS_OF_MEMBERSHIPS, f"/groups/{EDITORS}/members"])
async def test_a_filter_is_an_advanced_query_at_every_address(graph: Graph, path: str) -> None:
    caller = grace(graph, "GroupMember.Read.All", "User.ReadBasic.All")
    by_name = f"startswith(displayName,'{'g' if path.startswith('/groups') else 'ed'}')"
    assert error(await caller.get(path, filter=by_name)) == UNSUPPORTED
    assert error(await caller.get(path, filter=by_name, count="true")) == UNSUPPORTED
    assert error(await caller.eventual().get(path, filter=by_name)) == UNSUPPORTED
    assert len(await caller.eventual().values(path, filter=by_name, count="true")) == 1
    assert len(await caller.values(path)) >= 1


@pytest.mark.parametrize("depth", ["memberOf", "transitiveMemberOf"])
async def test_a_cast_has_a_short_form(graph: Graph, depth: str) -> None:
    caller = grace(graph, "GroupMember.Read.All")
    long, short = [await caller.values(f"/me/{depth}/{kind}") for kind in (CAST, "graph.group")]
    assert short == long
    assert error(await caller.get(f"/me/{depth}/graph.groups")) == (400, "BadRequest")


async def test_ids_of_groups_and_roles(graph: Graph) -> None:
    caller = grace(graph, "User.Read", "GroupMember.Read.All")
    secure = (await caller.post("/me/getMemberObjects", {"securityEnabledOnly": True})).json()["value"]
    assert secure[:2] == [EDITORS, STAFF]
    assert len(secure) == 3
    every = (await caller.post("/me/getMemberObjects", {"securityEnabledOnly": False})).json()["value"]
    assert len(every) == 4
    assert (await caller.post("/me/getMemberGroups", {"securityEnabledOnly": False})).json()["value"] == every[:3]


async def test_user_read_opens_member_objects_and_not_member_groups(graph: Graph) -> None:
    caller, body = grace(graph, "User.Read"), {"securityEnabledOnly": True}
    assert (await caller.post("/me/getMemberObjects", body)).status_code == 200
    assert (await caller.post(f"/users/{GRACE}/getMemberObjects", body)).status_code == 200
    assert error(await caller.post(f"/users/{ADA}/getMemberObjects", body)) == DENIED
    assert error(await caller.post("/me/getMemberGroups", body)) == DENIED
    assert error(await caller.post("/me/checkMemberGroups", {"groupIds": [STAFF]})) == DENIED
    reader = grace(graph, "User.Read.All")
    assert (await reader.post(f"/users/{GRACE}/getMemberGroups", body)).json()["value"] == [EDITORS, STAFF]


async def test_twenty_groups_may_be_checked_at_once(graph: Graph) -> None:
    daemon = graph.application("GroupMember.Read.All")
    path = f"/users/{GRACE}/checkMemberGroups"
    asked = [STAFF.upper(), *(f"44440000-0000-4000-a000-{n:012}" for n in range(19))]
    assert (await daemon.post(path, {"groupIds": asked})).json()["value"] == [STAFF.upper()]
    assert error(await daemon.post(path, {"groupIds": [*asked, NEWS]})) == BAD
    for wrong in ([], "x", [1], None):
        assert error(await daemon.post(path, {"groupIds": wrong})) == BAD


@pytest.mark.parametrize("body", [{}, {"securityEnabledOnly": "yes"}])
async def test_what_is_asked_must_be_said(graph: Graph, body: dict[str, object]) -> None:
    assert error(await grace(graph, "User.Read").post("/me/getMemberObjects", body)) == BAD


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 50_000, HALF_A_CHARACTER])
async def test_a_body_must_be_an_object(graph: Graph, content: bytes) -> None:
    caller = grace(graph, "User.Read")
    response = await caller.http.post("/v1.0/me/getMemberObjects", content=content, headers=caller.headers)
    assert error(response) == BAD


async def test_an_api_resolves_the_groups_that_a_token_does_not_name(
    app: SinglePageApp, graph: Graph, emulator: Emulator
) -> None:
    groups = (
        Group(object_id=f"55550000-0000-4000-a000-{n:012}", tenant_id=TENANT, name=f"{n}", members=frozenset({GRACE}))
        for n in range(201)
    )
    emulator.directory = replace(emulator.directory, groups=tuple(groups)).put(
        PermissionGrant(
            tenant_id=TENANT,
            client_id=API,
            resource_id=GRAPH_CLIENT_ID,
            scopes=frozenset({"User.Read", "GroupMember.Read.All"}),
        )
    )
    change(emulator, API, group_claims=frozenset({GroupClaims.SECURITY}))
    incoming = str((await app.tokens(GRACE))["access_token"])
    assert payload(incoming)["_claim_names"] == {"groups": "src1"}
    exchanged = await app.http.post(
        TOKEN,
        data={
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "client_id": API,
            "client_secret": API_SECRET,
            "assertion": incoming,
            "requested_token_use": "on_behalf_of",
            "scope": "https://graph.microsoft.com/.default",
        },
    )
    assert exchanged.status_code == 200, exchanged.text
    caller = graph.bearer(exchanged.json()["access_token"]).eventual()
    found: list[str] = []
    link = f"/v1.0/me/transitiveMemberOf/{CAST}?$count=true&$select=id,displayName&$top=90"
    while link:
        page = (await caller.http.get(link, headers=caller.headers)).json()
        assert page["@odata.count"] == 201
        found += [group["displayName"] for group in page["value"]]
        link = page.get("@odata.nextLink", "")
    assert sorted(map(int, found)) == list(range(201))
