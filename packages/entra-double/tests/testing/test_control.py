from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.errors import CATALOGUE

from ..single_page_app import (
    ADA,
    API,
    MALLORY,
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
POSTED = ["reset", "revoke-refresh-tokens", "end-sessions", "rotate-keys", "token"]


@pytest.fixture
def control(http: httpx.AsyncClient) -> httpx.AsyncClient:
    http.headers.update(CONTROL)
    return http


@pytest.mark.parametrize("value", [None, "", "0", "true"])
async def test_without_the_header_nothing_happens(
    http: httpx.AsyncClient, emulator: Emulator, value: str | None
) -> None:
    headers = {} if value is None else {"X-Entra-Double-Control": value}
    for name in POSTED:
        assert (await http.post(f"/_control/{name}", headers=headers)).status_code == 403
    response = await http.put("/_control/clock", json={"offset": 5}, headers=headers)
    assert response.status_code == 403
    assert emulator.clock_offset == 0


async def test_no_web_page_is_allowed_to_send_the_header(http: httpx.AsyncClient) -> None:
    preflight = await http.options("/_control/reset", headers={"Origin": "http://localhost:8000"})
    assert preflight.status_code == 403
    assert "access-control-allow-origin" not in preflight.headers


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


@pytest.mark.parametrize("seconds", [1, 61, 3_155_760_000])
async def test_the_access_token_lifetime_is_set(app: SinglePageApp, control: httpx.AsyncClient, seconds: int) -> None:
    response = await control.put("/_control/access-token-lifetime", json={"seconds": seconds})
    assert response.status_code == 204
    assert (await app.tokens())["expires_in"] == seconds


async def test_a_body_may_hold_every_whole_character(control: httpx.AsyncClient, emulator: Emulator) -> None:
    response = await control.put("/_control/people/ada@contoso.example", content=b'{"methods": ["\\ud83d\\ude00"]}')
    assert response.status_code == 204
    assert next(known for known in emulator.directory.people if known.object_id == ADA).methods == {"\U0001f600"}


async def test_the_clock_is_moved_both_ways(control: httpx.AsyncClient, emulator: Emulator) -> None:
    now = emulator.now()
    for offset in (86400, -60):
        await control.put("/_control/clock", json={"offset": offset})
        assert emulator.now() == now + offset


async def test_the_version_of_access_tokens_is_switched(control: httpx.AsyncClient, emulator: Emulator) -> None:
    for version, ver in ((1, "1.0"), (2, "2.0")):
        await control.put("/_control/api-token-version", json={"version": version})
        assert payload(emulator.access_token("ada@contoso.example"))["ver"] == ver


async def test_keys_are_rotated(control: httpx.AsyncClient, emulator: Emulator) -> None:
    before = emulator.keys.published[0]
    assert (await control.post("/_control/rotate-keys")).status_code == 204
    assert emulator.keys.published[0] != before
    assert before in emulator.keys.published


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("clock", b"", "the body must be a JSON object"),
        ("clock", b"[]", "the body must be a JSON object"),
        ("clock", b"\xff", "the body must be a JSON object"),
        ("clock", b"{}", "'offset' must be a whole number"),
        ("clock", b'{"offset": "1"}', "'offset' must be a whole number"),
        ("clock", b'{"offset": true}', "'offset' must be a whole number"),
        ("clock", b'{"offset": 1, "as": "\\ud800"}', "the body must be a JSON object"),
        ("outages", b'{"\\ud800": 1}', "the body must be a JSON object"),
        ("people/ada@contoso.example", b'{"methods": ["\\udfff"]}', "the body must be a JSON object"),
        ("clock", b"[" * 20_000, "the body must be a JSON object"),
        ("access-token-lifetime", b'{"seconds": 0}', "'seconds' must be from 1 to 3155760000, a hundred years"),
        (
            "access-token-lifetime",
            b'{"seconds": 3155760001}',
            "'seconds' must be from 1 to 3155760000, a hundred years",
        ),
        (
            "access-token-lifetime",
            b'{"seconds": ' + b"9" * 4_300 + b"}",
            "'seconds' must be from 1 to 3155760000, a hundred years",
        ),
        ("api-token-version", b'{"version": 3}', "'version' must be 1 or 2"),
    ],
)
async def test_a_bad_body_is_explained(control: httpx.AsyncClient, path: str, body: bytes, problem: str) -> None:
    response = await control.put(f"/_control/{path}", content=body)
    assert (response.status_code, response.json()) == (400, {"error": problem})


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
