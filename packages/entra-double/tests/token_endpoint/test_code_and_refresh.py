"""Codes: they work once, in time, and where they were made for."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._tokens.memory.grants import CodeGrant, GrantStore
from entra_double._world.errors import Refusal
from entra_double._world.registration import AppRegistration

from ..redemptions import ONE_OF_THEM, redeem_at_once
from ..single_page_app import (
    API,
    APP,
    NOW,
    REDIRECT_URI,
    SPA,
    TOKEN,
    VERIFIER,
    SinglePageApp,
    aadsts,
)

HOUR = 3600
DAY = 24 * HOUR
DEFAULT = f"api://{API}/.default"


async def test_a_code_works_once(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    assert (await app.redeem(code)).status_code == 200
    again = await app.redeem(code)
    assert (again.json()["error"], aadsts(again)) == ("invalid_grant", 54005)


async def test_of_twenty_parallel_redemptions_one_succeeds(app: SinglePageApp, emulator: Emulator) -> None:
    form = {
        "grant_type": "authorization_code",
        "client_id": SPA,
        "code": (await app.sign_in())["code"],
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }
    assert redeem_at_once(emulator, form, APP) == ONE_OF_THEM


@pytest.fixture
async def grant(app: SinglePageApp, emulator: Emulator) -> CodeGrant:
    return emulator.grants.find_code((await app.sign_in())["code"], NOW)


def test_who_found_a_code_in_time_may_still_be_too_late_to_spend_it(grant: CodeGrant) -> None:
    """The race of the test above, as it does not go in every run."""
    grants = GrantStore()
    code, another = grants.issue_code(grant), grants.issue_code(grant)
    grants.spend_code(code)
    with pytest.raises(Refusal, match="AADSTS54005"):
        grants.spend_code(code)
    grants.spend_code(another)
    with pytest.raises(Refusal, match="AADSTS70000"):
        grants.spend_code(f"{code}x")


def test_a_code_is_known_to_be_spent_for_as_long_as_it_is_known(grant: CodeGrant) -> None:
    """The store keeps 10 000 codes, and older ones may be spent after this one."""
    grants = GrantStore()
    older = [grants.issue_code(grant) for _ in range(5_000)]
    code = grants.issue_code(grant)
    for each in (code, *older):
        grants.spend_code(each)
    for _ in range(9_999):
        grants.spend_code(grants.issue_code(grant))
    with pytest.raises(Refusal, match="AADSTS54005"):
        grants.find_code(code, NOW)
    grants.issue_code(grant)
    with pytest.raises(Refusal, match="AADSTS70000"):
        grants.find_code(code, NOW)


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (600, 400)])
async def test_a_code_lives_ten_minutes(app: SinglePageApp, emulator: Emulator, seconds: int, status: int) -> None:
    code = (await app.sign_in())["code"]
    emulator.clock_offset = seconds
    response = await app.redeem(code)
    assert response.status_code == status
    assert response.json().get("error_codes", [70008]) == [70008]


@pytest.mark.parametrize("method", ["plain", None])
async def test_a_challenge_without_a_method_is_plain(app: SinglePageApp, method: str | None) -> None:
    code = (await app.sign_in(code_challenge=VERIFIER, code_challenge_method=method))["code"]
    assert aadsts(await app.redeem(code, code_verifier="w" * 50)) == 501481
    assert (await app.redeem(code)).status_code == 200


# Platforms and CORS


async def test_a_code_of_a_spa_is_redeemed_in_a_browser_only(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    app.origin = ""
    refused = await app.redeem(code)
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_request", 9002327)
    assert "error_uri" not in refused.json()
    app.origin = APP
    assert (await app.redeem(code)).status_code == 200


async def test_a_refresh_token_of_a_spa_is_redeemed_in_a_browser_only(app: SinglePageApp) -> None:
    token = str((await app.tokens())["refresh_token"])
    app.origin = ""
    assert aadsts(await app.refresh(token)) == 9002327
    app.origin = APP
    assert (await app.refresh(token)).status_code == 200


async def test_a_code_of_a_native_client_is_redeemed_outside_a_browser_only(
    app: SinglePageApp, registered: AppRegistration
) -> None:
    uri = "http://localhost:5000/native"
    code = (await app.sign_in(redirect_uri=uri, code_challenge=None))["code"]
    assert aadsts(await app.redeem(code, redirect_uri=uri)) == 9002326
    app.origin = ""
    assert aadsts(await app.redeem(code, redirect_uri=uri)) == 501481
    tokens = await app.redeem(code, redirect_uri=uri, code_verifier=None)
    assert "refresh_token_expires_in" not in tokens.json()


async def test_a_code_of_a_web_application_needs_a_credential(app: SinglePageApp, registered: AppRegistration) -> None:
    uri = "https://app.example/back?from=entra"
    code = (await app.sign_in(redirect_uri=uri))["code"]
    app.origin = ""
    refused = await app.redeem(code, redirect_uri=uri)
    assert (refused.status_code, aadsts(refused)) == (401, 7000218)


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://localhost:5173", "http://localhost"])
async def test_registered_origins_may_read_the_answer(http: httpx.AsyncClient, origin: str) -> None:
    for response in (
        await http.post(TOKEN, headers={"Origin": origin}),
        await http.options(TOKEN, headers={"Origin": origin}),
    ):
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:8000", "https://localhost:8000", "http://localhost.evil.example", "https://app.example", "null"],
)
async def test_other_origins_may_not(http: httpx.AsyncClient, registered: AppRegistration, origin: str) -> None:
    for response in (
        await http.post(TOKEN, headers={"Origin": origin}),
        await http.options(TOKEN, headers={"Origin": origin}),
    ):
        assert "access-control-allow-origin" not in response.headers
        assert response.headers["vary"] == "Origin"


async def test_a_spa_elsewhere_has_its_exact_origin(http: httpx.AsyncClient, registered: AppRegistration) -> None:
    allowed = await http.post(TOKEN, headers={"Origin": "https://spa.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://spa.example"
    other_port = await http.post(TOKEN, headers={"Origin": "https://spa.example:8443"})
    assert "access-control-allow-origin" not in other_port.headers


async def test_the_challenge_itself_verifies_nothing(app: SinglePageApp) -> None:
    """It is known from the authorize request."""
    code = (await app.sign_in())["code"]
    refused = await app.redeem(code, code_verifier=app.asked["code_challenge"])
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_grant", 501481)
    assert (await app.redeem(code)).status_code == 200
