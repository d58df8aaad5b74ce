"""Tokens and forgeries over the control interface."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator

from ...machine import DAEMON
from ...single_page_app import ADA, API, GRACE, MALLORY, SPA, header, payload

ADAS = "ada@contoso.example"


async def test_a_token_needs_no_browser(control: httpx.AsyncClient) -> None:
    response = await control.post("/_control/token", json={"person": "ada@contoso.example"})
    claims = payload(response.json()["access_token"])
    assert (claims["oid"], claims["aud"], claims["azp"], claims["scp"]) == (ADA, API, SPA, "access_as_user")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "AADSTS50034"),
        ({"person": "nobody@contoso.example"}, "AADSTS50034"),
        ({"person": "mallory@contoso.example"}, "AADSTS50105"),
        ({"person": "ada@contoso.example", "scope": "api://nobody/x"}, "AADSTS500011"),
        ({"person": "ada@contoso.example", "client_id": API}, "AADSTS65001"),
        ({"person": 1}, "'person' must be text"),
    ],
)
async def test_a_token_is_refused_as_a_sign_in_would_be(
    control: httpx.AsyncClient, body: dict[str, object], problem: str
) -> None:
    response = await control.post("/_control/token", json=body)
    assert response.status_code == 400
    assert response.json()["error"].startswith(problem)


async def test_a_token_for_another_scope(control: httpx.AsyncClient) -> None:
    body = {"person": MALLORY, "scope": "openid"}
    response = await control.post("/_control/token", json=body)
    assert payload(response.json()["access_token"])["aud"] == "00000003-0000-0000-c000-000000000000"


@pytest.fixture
def control(http: httpx.AsyncClient) -> httpx.AsyncClient:
    http.headers.update({"X-Entra-Double-Control": "1"})
    return http


async def refused(response: httpx.Response) -> str:
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


async def claims_of(control: httpx.AsyncClient, **body: Any) -> dict[str, object]:
    response = await control.post("/_control/token", json=body)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return payload(response.json()["access_token"])


async def test_a_token_has_the_version_and_the_claims_that_are_asked_for(control: httpx.AsyncClient) -> None:
    claims = await claims_of(control, person=ADAS, version=1, claims={"roles": ["Other"], "name": None, "x": [1]})
    assert (claims["ver"], claims["roles"], claims["x"], claims["appid"]) == ("1.0", ["Other"], [1], SPA)
    assert "name" not in claims
    assert (await claims_of(control, person=ADAS))["roles"] == ["Admin"]
    await control.put("/_control/api-token-version", json={"version": 1})
    assert [(await claims_of(control, person=ADAS, version=each))["ver"] for each in (None, 1, 2)] == [
        "1.0",
        "1.0",
        "2.0",
    ]


async def test_a_changed_token_is_signed_and_headed_like_the_others(
    control: httpx.AsyncClient, emulator: Emulator
) -> None:
    for scope, names in [(None, {"typ", "alg", "x5t", "kid"}), ("openid", {"typ", "alg", "x5t", "kid", "nonce"})]:
        body = {"person": ADAS, "version": 1, "claims": {"x": 1}} | ({"scope": scope} if scope else {})
        token = (await control.post("/_control/token", json=body)).json()["access_token"]
        assert set(header(token)) == names
        assert emulator.verify_own(token)["x"] == 1


async def test_an_application_gets_its_own_token(control: httpx.AsyncClient) -> None:
    claims = await claims_of(control, application=DAEMON)
    assert (claims["azp"], claims["roles"], claims["aud"]) == (DAEMON, ["Logbook.Read.All"], API)
    assert (await claims_of(control, application=DAEMON, claims={"roles": None})).get("roles") is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"person": ADAS, "version": 3}, "'version' must be 1 or 2"),
        ({"person": ADAS, "version": True}, "'version' must be 1 or 2"),
        ({"person": ADAS, "version": "1"}, "'version' must be 1 or 2"),
        ({"person": ADAS, "claims": []}, "'claims' must be an object"),
        ({"application": DAEMON, "person": ADAS}, "'application' and 'person' cannot both be given"),
        ({"application": DAEMON, "version": 1}, "'application' and 'version' cannot both be given"),
        ({"application": 5}, "'application' must be text"),
        (
            {"persona": ADAS},
            "'persona' is not known; there are person, application, client_id, scope, version, agent, claims",
        ),
    ],
)
async def test_a_token_that_makes_no_sense(control: httpx.AsyncClient, body: dict[str, Any], problem: str) -> None:
    assert await refused(await control.post("/_control/token", json=body)) == problem


async def test_an_application_without_a_role_is_refused_as_by_the_service(control: httpx.AsyncClient) -> None:
    assert (await refused(await control.post("/_control/token", json={"application": SPA}))).startswith("AADSTS501051")


async def test_forgeries_are_listed_and_made(control: httpx.AsyncClient, emulator: Emulator) -> None:
    listed = {each["name"]: each for each in (await control.get("/_control/forgeries")).json()}
    assert listed["alg_none"] == {
        "name": "alg_none",
        "group": "header",
        "corpus": ["001"],
        "says": "no signature, alg none",
        "expect": "refuse",
        "status": 401,
    }
    response = await control.post("/_control/forgery", json={"name": "alg_none", "person": "grace@contoso.example"})
    token = response.json()["token"]
    assert (header(token)["alg"], payload(token)["oid"]) == ("none", GRACE)
    assert response.headers["cache-control"] == "no-store"
    assert payload((await control.post("/_control/forgery", json={"name": "alg_null"})).json()["token"])["oid"] == ADA


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "'name' must be one of those that GET forgeries lists"),
        ({"name": "of nobody"}, "'name' must be one of those that GET forgeries lists"),
        ({"name": "alg_none", "people": ADAS}, "'people' is not known; there are name, person, client_id, scope"),
    ],
)
async def test_a_forgery_that_makes_no_sense(control: httpx.AsyncClient, body: dict[str, Any], problem: str) -> None:
    assert await refused(await control.post("/_control/forgery", json=body)) == problem


async def test_a_forgery_of_somebody_who_gets_no_token(control: httpx.AsyncClient) -> None:
    body = {"name": "alg_none", "person": "mallory@contoso.example"}
    assert (await refused(await control.post("/_control/forgery", json=body))).startswith("AADSTS50105")
