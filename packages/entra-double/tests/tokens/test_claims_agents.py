"""Tokens with an agent in them: the three documented cases, in both versions, with and without idtyp."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator, Entra

from ..machine import DAEMON
from ..single_page_app import ADA, API, SPA, payload

CONTROL = {"X-Entra-Double-Control": "1"}
ACTOR = {"xms_act_fct": "3 9 11", "xms_tnt_fct": "3 9"}
BLUEPRINT = "xms_par_app_azp"

versions = pytest.mark.parametrize(
    ("client", "proof"),
    [
        pytest.param("azp", "azpacr", marks=pytest.mark.entra(api_token_version=2), id="v2.0"),
        pytest.param("appid", "appidacr", marks=pytest.mark.entra(api_token_version=1), id="v1.0"),
    ],
)


def differences(token: str, usual: str) -> dict[str, object]:
    """What a token says that the usual one does not, its times and opaque claims left out."""
    new, old = payload(token), payload(usual)
    assert old.keys() <= new.keys()
    changing = {"aio", "rh", "sid", "uti", "iat", "nbf", "exp", "xms_ftd"}
    return {name: value for name, value in new.items() if old.get(name) != value and name not in changing}


@versions
def test_an_agent_that_acts_for_a_person(entra: Entra, client: str, proof: str) -> None:
    token = entra.token(agent="acting")
    said = differences(token, entra.token())
    assert payload(token)[client] == SPA
    assert payload(token)["oid"] == ADA
    blueprint = said.pop(BLUEPRINT)
    assert blueprint not in (SPA, None)
    assert said == {"idtyp": "user", "xms_idrel": "1", proof: "2", **ACTOR}


@versions
def test_an_agent_with_an_account_of_its_own(entra: Entra, client: str, proof: str) -> None:
    said = differences(entra.token(agent="account"), entra.token())
    assert said.pop(BLUEPRINT)
    assert said == {"idtyp": "user", "xms_idrel": "1", proof: "2", "xms_sub_fct": "9 13 3", **ACTOR}


@versions
def test_an_agent_that_comes_as_itself(entra: Entra, client: str, proof: str) -> None:
    token, usual = entra.application_token(agent=True), entra.application_token()
    said = differences(token, usual)
    assert payload(token)[client] == DAEMON
    assert payload(token)["sub"] != payload(token)["oid"] == payload(usual)["oid"]
    assert payload(token)["roles"] == payload(usual)["roles"]
    del said["sub"], said[BLUEPRINT]
    assert said == {"idtyp": "app", "scp": "/", "xms_idrel": "7 10", proof: "2", "xms_sub_fct": "9 3 11", **ACTOR}


def test_a_guest_stays_one(entra: Entra) -> None:
    assert payload(entra.token("katherine", agent="acting"))["xms_idrel"] == "5"


def test_a_claim_may_be_left_out_or_said_in_another_way(entra: Entra) -> None:
    plain = payload(entra.application_token(agent=True, idtyp=None, scp=None))
    assert plain.keys().isdisjoint({"idtyp", "scp"})
    assert plain["xms_sub_fct"] == "9 3 11"
    listed = payload(entra.token(agent="acting", idtyp=None, xms_act_fct=["11"]))
    assert (listed["xms_act_fct"], "idtyp" in listed) == (["11"], False)


def test_the_signature_is_good(entra: Entra) -> None:
    assert entra.emulator.verify_own(entra.token(agent="account"))["xms_sub_fct"] == "9 13 3"


def test_an_unknown_part_is_an_error(entra: Entra) -> None:
    with pytest.raises(ValueError, match="expected an agent's part of acting, account, got 'alone'"):
        entra.token(agent="alone")  # type: ignore[arg-type]


async def asked(http: httpx.AsyncClient, **body: object) -> httpx.Response:
    return await http.post("/_control/token", headers=CONTROL, json=body)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"person": "ada", "agent": "acting"}, {"idtyp": "user", "xms_act_fct": "3 9 11"}),
        ({"person": "ada", "agent": "account"}, {"idtyp": "user", "xms_sub_fct": "9 13 3"}),
        ({"application": DAEMON, "agent": True}, {"idtyp": "app", "scp": "/"}),
        ({"application": DAEMON, "agent": True, "claims": {"scp": ""}}, {"idtyp": "app", "scp": ""}),
    ],
)
async def test_the_control_interface_makes_them(
    http: httpx.AsyncClient, body: dict[str, object], told: dict[str, object]
) -> None:
    claims = payload((await asked(http, **body)).json()["access_token"])
    assert claims["aud"] == API
    assert {name: claims[name] for name in told} == told


@pytest.mark.parametrize(
    "body", [{"person": "ada"}, {"person": "ada", "agent": None}, {"application": DAEMON, "agent": False}]
)
async def test_without_the_word_there_is_no_agent(
    http: httpx.AsyncClient, emulator: Emulator, body: dict[str, object]
) -> None:
    claims = payload((await asked(http, **body)).json()["access_token"])
    assert not [name for name in claims if name.endswith("_fct") or name == BLUEPRINT]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"person": "ada", "agent": True}, "'agent' must be one of acting, account"),
        ({"person": "ada", "agent": "alone"}, "'agent' must be one of acting, account"),
        ({"application": DAEMON, "agent": "acting"}, "'agent' must be true or false beside 'application'"),
        ({"application": DAEMON, "agent": 1}, "'agent' must be true or false beside 'application'"),
    ],
)
async def test_another_word_is_refused(http: httpx.AsyncClient, body: dict[str, object], problem: str) -> None:
    answer = await asked(http, **body)
    assert (answer.status_code, answer.json()) == (400, {"error": problem})


@pytest.mark.parametrize("agent", ["false", "acting", 1, None])
def test_an_applications_agent_is_true_or_false(entra: Entra, agent: Any) -> None:
    with pytest.raises(ValueError, match=f"expected agent to be True or False, got {agent!r}"):
        entra.application_token(agent=agent)
    assert "scp" not in payload(entra.application_token(agent=False))
