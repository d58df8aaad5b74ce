"""The control interface: reset, sessions, keys, and the record of requests."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.errors import CATALOGUE

from ..single_page_app import (
    ADA,
    NOW,
    REDIRECT_URI,
    SCOPE,
    SPA,
    TENANT,
    TOKEN,
    SinglePageApp,
    aadsts,
    answer,
    payload,
)

CONTROL = {"X-Entra-Double-Control": "1"}


@pytest.fixture
def control(http: httpx.AsyncClient) -> httpx.AsyncClient:
    http.headers.update(CONTROL)
    return http


async def test_reset_forgets_everything_but_the_keys(
    app: SinglePageApp, control: httpx.AsyncClient, emulator: Emulator
) -> None:
    tokens = await app.tokens()
    keys = emulator.keys.published
    await control.put("/_control/clock", json={"offset": 60})
    await control.put("/_control/access-token-lifetime", json={"seconds": 60})
    await control.put("/_control/api-token-version", json={"version": 1})
    assert (await control.post("/_control/reset")).status_code == 204
    assert aadsts(await app.refresh(str(tokens["refresh_token"]))) == 70000
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"
    assert (emulator.clock_offset, emulator.access_token_lifetime, emulator.keys.published) == (0, None, keys)
    assert payload(emulator.access_token("ada@contoso.example"))["ver"] == "2.0"
    assert len(emulator.requests) == 2


async def test_refresh_tokens_are_revoked(app: SinglePageApp, control: httpx.AsyncClient) -> None:
    tokens = await app.tokens()
    assert (await control.post("/_control/revoke-refresh-tokens")).status_code == 204
    assert aadsts(await app.refresh(str(tokens["refresh_token"]))) == 50173


async def test_sessions_end_and_refresh_tokens_stay(app: SinglePageApp, control: httpx.AsyncClient) -> None:
    tokens = await app.tokens()
    assert (await control.post("/_control/end-sessions")).status_code == 204
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"
    assert (await app.refresh(str(tokens["refresh_token"]))).status_code == 200


async def test_keys_are_rotated(control: httpx.AsyncClient, emulator: Emulator) -> None:
    before = emulator.keys.published[0]
    assert (await control.post("/_control/rotate-keys")).status_code == 204
    assert emulator.keys.published[0] != before
    assert before in emulator.keys.published


async def test_requests_are_recorded_without_secrets(app: SinglePageApp, control: httpx.AsyncClient) -> None:
    code = (await app.sign_in())["code"]
    tokens = (await app.redeem(code)).json()
    await app.redeem(code)
    await control.get("/health")
    response = await control.get("/_control/requests")
    record = response.json()
    assert [(entry["method"], entry["path"].split("/")[-1], entry["status"]) for entry in record] == [
        ("GET", "authorize", 200),
        ("POST", "sign-in", 302),
        ("POST", "token", 200),
        ("POST", "token", 400),
    ]
    assert record[2] == {
        "method": "POST",
        "path": f"/{TENANT}/oauth2/v2.0/token",
        "grant_type": "authorization_code",
        "client_id": SPA,
        "person": "ada@contoso.example",
        "status": 200,
        "aadsts": None,
        "reason": None,
        "at": NOW,
        "parameters": {
            "client_id": None,
            "grant_type": "authorization_code",
            "code": None,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": None,
        },
    }
    assert (record[3]["aadsts"], record[3]["reason"]) == (54005, CATALOGUE[54005].text)
    assert record[0]["parameters"] == {
        "client_id": None,
        "response_type": "code",
        "response_mode": "fragment",
        "redirect_uri": REDIRECT_URI,
        "scope": f"{SCOPE} openid profile offline_access",
        "state": None,
        "nonce": None,
        "code_challenge": None,
        "code_challenge_method": None,
        "prompt": "select_account",
    }
    for secret in (code, tokens["access_token"], tokens["refresh_token"], tokens["id_token"]):
        assert secret not in response.text


async def test_what_could_be_a_secret_in_the_wrong_place_is_not_recorded(control: httpx.AsyncClient) -> None:
    await control.post(TOKEN, data={"client_id": "a secret", "grant_type": "a secret\n", "scope": SCOPE})
    assert "a secret" not in (await control.get("/_control/requests")).text
    token = (await control.post("/_control/token", json={"person": ADA})).json()["access_token"]
    for secret in (token, f"openid {token}", "T" * 37, "1.AXkA" + "x" * 40, "abc8Q~something", "a" * 301, "x%40y"):
        await control.delete("/_control/requests")
        await control.post(
            TOKEN, data={"scope": secret, "resource": f"api://{secret}", "redirect_uri": secret, secret: ""}
        )
        await control.get("/nowhere/at/all", params={"scope": secret, secret: "1"})
        [posted, got] = (await control.get("/_control/requests")).json()
        assert posted["parameters"] == {"scope": None, "resource": None, "redirect_uri": None}
        assert got["parameters"] == {"scope": None}


async def test_what_cannot_be_one_is_recorded(control: httpx.AsyncClient) -> None:
    for scope in (f"{SCOPE} openid", "https://graph.microsoft.com/.default", "", "User.Read Mail.Send"):
        await control.delete("/_control/requests")
        await control.post(TOKEN, data={"scope": scope})
        assert (await control.get("/_control/requests")).json()[0]["parameters"] == {"scope": scope}


async def test_the_record_is_emptied(app: SinglePageApp, control: httpx.AsyncClient) -> None:
    await app.authorize()
    assert len((await control.get("/_control/requests")).json()) == 1
    assert (await control.delete("/_control/requests")).status_code == 204
    assert (await control.get("/_control/requests")).json() == []
