"""Who may call Microsoft Graph, and how the others are told."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from entra_double import Emulator, Entra
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.registration import AppRegistration
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.scopes import ResourceScopes
from entra_double._world.seed import CONTOSO

from ..graph_client import NOT_AUTHENTICATED, Graph, error
from ..machine import DAEMON, DEFAULT
from ..single_page_app import ADA, BASE_URL, NOW, SPA
from ..worlds import change_person


def graph_token(emulator: Emulator, **fields: Any) -> str:
    """Make Ada's token for Graph, with changed fields of the delegation."""
    client, api = emulator.directory.application(CONTOSO, SPA), emulator.directory.resource(CONTOSO, GRAPH_CLIENT_ID)
    person = emulator.directory.person(CONTOSO, ADA)
    assert isinstance(client, AppRegistration)
    assert api
    assert person
    given = replace(Delegation(person=person, client=client, session_id="s", openid=frozenset({"openid"})), **fields)
    asked = ResourceScopes(resource=api, audience=GRAPH_CLIENT_ID, names=("User.Read",), granted=())
    return emulator.issue_access_token(given, asked, emulator.access_validity())


async def test_the_token_of_a_person_opens_graph(graph: Graph, emulator: Emulator) -> None:
    response = await graph.bearer(graph_token(emulator)).get("/me")
    assert (response.status_code, response.json()["id"]) == (200, ADA)
    assert response.headers["content-type"].startswith("application/json;odata.metadata=minimal")


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Basic YTpi", "Bearer nonsense"])
async def test_without_a_token_nothing_is_told(graph: Graph, header: str | None) -> None:
    graph.headers = {"Authorization": header} if header else {}
    response = await graph.get("/me")
    assert error(response) == NOT_AUTHENTICATED
    assert response.headers["www-authenticate"] == (
        f'Bearer realm="", authorization_uri="{BASE_URL}/common/oauth2/authorize", client_id="{GRAPH_CLIENT_ID}"'
    )


async def test_a_token_for_another_api_is_refused(graph: Graph, emulator: Emulator) -> None:
    for token in (
        emulator.access_token("ada@contoso.example"),
        emulator.application_token(DAEMON, scope=DEFAULT),
    ):
        response = await graph.bearer(token).get("/me")
        assert error(response) == NOT_AUTHENTICATED
        assert "audience" in response.json()["error"]["message"]


async def test_a_token_that_is_over_is_refused(graph: Graph, emulator: Emulator) -> None:
    token = graph_token(emulator)
    emulator.clock_offset = 6000
    assert error(await graph.bearer(token).get("/me")) == NOT_AUTHENTICATED


async def test_a_token_of_another_emulator_is_refused(graph: Graph) -> None:
    token = graph_token(Emulator(base_url=BASE_URL, clock=lambda: NOW))
    assert error(await graph.bearer(token).get("/me")) == NOT_AUTHENTICATED


async def test_a_token_of_a_tenant_that_is_gone_is_refused(graph: Graph, emulator: Emulator) -> None:
    token = graph_token(emulator)
    emulator.directory = emulator.directory.remove(CONTOSO)
    assert error(await graph.bearer(token).get("/me")) == NOT_AUTHENTICATED


@pytest.mark.parametrize("is_gone", [True, False])
async def test_nobody_is_behind_the_token_any_more(graph: Graph, emulator: Emulator, is_gone: bool) -> None:
    token = graph_token(emulator)
    person = change_person(emulator, ADA, enabled=False)
    if is_gone:
        emulator.directory = emulator.directory.remove(person)
    assert error(await graph.bearer(token).get("/me")) == NOT_AUTHENTICATED


async def test_who_was_revoked_is_asked_for_a_newer_token(graph: Graph, emulator: Emulator) -> None:
    old = graph.bearer(graph_token(emulator, capabilities=("CP1",)))
    change_person(emulator, ADA, valid_from=NOW)
    assert (await old.get("/me")).status_code == 200
    change_person(emulator, ADA, valid_from=NOW + 1)
    response = await old.get("/me")
    assert error(response) == NOT_AUTHENTICATED
    assert response.json()["error"]["message"].startswith("Continuous access evaluation resulted in claims challenge")
    challenge = response.headers["www-authenticate"].partition('error="insufficient_claims", claims="')[2].rstrip('"')
    assert json.loads(base64.b64decode(challenge)) == {
        "access_token": {"nbf": {"essential": True, "value": str(NOW + 1)}}
    }
    emulator.clock_offset = 1
    assert (await graph.bearer(graph_token(emulator)).get("/me")).status_code == 200


async def test_a_client_that_does_not_understand_is_not_challenged(graph: Graph, emulator: Emulator) -> None:
    old = graph.bearer(graph_token(emulator))
    change_person(emulator, ADA, valid_from=NOW + 1)
    response = await old.get("/me")
    assert error(response) == NOT_AUTHENTICATED
    assert "claims=" not in response.headers["www-authenticate"]


async def test_ids_are_given_to_every_answer(graph: Graph) -> None:
    graph.headers = {"client-request-id": "0f0f0f0f-0000-4000-a000-00000000000f"}
    response = await graph.get("/me")
    inner = response.json()["error"]["innerError"]
    assert inner["client-request-id"] == response.headers["client-request-id"] == graph.headers["client-request-id"]
    assert inner["request-id"] == response.headers["request-id"]
    graph.headers = {"client-request-id": "no id"}
    assert (await graph.get("/me")).headers["client-request-id"] != "no id"


async def test_web_pages_may_call_graph(http: httpx.AsyncClient) -> None:
    asked_first = await http.options("/v1.0/me", headers={"Origin": "http://localhost:5173"})
    assert (asked_first.status_code, asked_first.headers["access-control-allow-origin"]) == (204, "*")
    assert "Authorization" in asked_first.headers["access-control-allow-headers"]
    refused = await http.get("/v1.0/me", headers={"Origin": "http://localhost:5173"})
    assert "WWW-Authenticate" in refused.headers["access-control-expose-headers"]


async def test_what_graph_cannot_do_here_is_not_there(graph: Graph, emulator: Emulator) -> None:
    graph = graph.bearer(graph_token(emulator))
    assert (await graph.get("/me/photo/$value")).status_code == 404
    assert (await graph.post("/me", {})).status_code == 405


async def test_the_record_says_who_called(graph: Graph, emulator: Emulator) -> None:
    await graph.bearer(graph_token(emulator)).get("/me")
    entry = emulator.requests[-1]
    assert (entry["path"], entry["client_id"], entry["person"]) == ("/v1.0/me", SPA, "ada@contoso.example")
    assert entry["reason"] is None
    await graph.get("/me")
    assert (emulator.requests[-1]["reason"], emulator.requests[-1]["aadsts"]) == ("InvalidAuthenticationToken", None)


@pytest.mark.parametrize("scp", ["/", "", None])
async def test_an_agent_that_comes_as_itself_is_an_application(
    graph: Graph, emulator: Emulator, scp: str | None
) -> None:
    graph.application("User.Read.All")
    token = Entra(emulator).application_token(DAEMON, scope=f"{GRAPH_CLIENT_ID}/.default", agent=True, scp=scp)
    assert (await graph.bearer(token).get("/users")).status_code == 200
    assert error(await graph.bearer(token).get("/me")) == (400, "BadRequest")


async def test_an_agent_without_the_role_is_denied_as_an_application_is(graph: Graph, emulator: Emulator) -> None:
    token = Entra(emulator).application_token(DAEMON, scope=f"{GRAPH_CLIENT_ID}/.default", agent=True)
    assert error(await graph.bearer(token).get("/users")) == (403, "Authorization_RequestDenied")
