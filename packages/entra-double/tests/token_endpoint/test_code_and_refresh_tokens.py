"""Refresh tokens: how long they live, who may use them, and what of their person has changed meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.registration import AppRegistration

from ..single_page_app import (
    ADA,
    API,
    MALLORY,
    NOW,
    SCOPE,
    SinglePageApp,
    aadsts,
    payload,
)
from ..worlds import change_person

HOUR = 3600
DAY = 24 * HOUR
DEFAULT = f"api://{API}/.default"


async def test_a_refresh_token_gives_new_tokens_and_stays_valid(app: SinglePageApp) -> None:
    first = str((await app.tokens())["refresh_token"])
    second = (await app.refresh(first)).json()["refresh_token"]
    assert second != first
    assert (await app.refresh(first)).status_code == 200
    assert (await app.refresh(second)).status_code == 200


async def test_an_id_token_of_a_refresh_has_no_nonce(app: SinglePageApp) -> None:
    tokens = await app.tokens()
    assert payload(str(tokens["id_token"]))["nonce"] == "the nonce"
    refreshed = (await app.refresh(str(tokens["refresh_token"]))).json()
    assert "nonce" not in payload(refreshed["id_token"])


async def test_a_renewed_refresh_token_of_a_spa_inherits_the_day(app: SinglePageApp, emulator: Emulator) -> None:
    tokens = await app.tokens()
    assert tokens["refresh_token_expires_in"] == DAY
    emulator.clock_offset = 23 * HOUR
    renewed = (await app.refresh(str(tokens["refresh_token"]))).json()
    assert renewed["refresh_token_expires_in"] == HOUR
    emulator.clock_offset = DAY
    refused = await app.refresh(renewed["refresh_token"])
    assert (refused.status_code, aadsts(refused)) == (400, 700084)
    assert (refused.json()["error"], refused.json()["suberror"]) == ("invalid_grant", "bad_token")


async def test_a_refresh_token_of_a_native_client_rolls_for_ninety_days(
    app: SinglePageApp, emulator: Emulator, registered: AppRegistration
) -> None:
    uri = "http://localhost/native"
    code = (await app.sign_in(redirect_uri=uri))["code"]
    app.origin = ""
    first = (await app.redeem(code, redirect_uri=uri)).json()["refresh_token"]
    emulator.clock_offset = 89 * DAY
    second = (await app.refresh(first)).json()["refresh_token"]
    emulator.clock_offset = 90 * DAY
    assert aadsts(await app.refresh(first)) == 70008
    assert (await app.refresh(second)).status_code == 200


async def test_a_revoked_refresh_token_is_refused_a_later_one_is_not(app: SinglePageApp, emulator: Emulator) -> None:
    revoked = str((await app.tokens())["refresh_token"])
    emulator.revoke_refresh_tokens()
    refused = await app.refresh(revoked)
    assert (refused.json()["error"], refused.json()["suberror"]) == ("invalid_grant", "bad_token")
    assert aadsts(refused) == 50173
    later = str((await app.tokens(prompt=None, login_hint="ada@contoso.example"))["refresh_token"])
    assert (await app.refresh(later)).status_code == 200


async def test_a_refresh_token_of_another_client_is_refused(app: SinglePageApp) -> None:
    token = str((await app.tokens())["refresh_token"])
    assert aadsts(await app.refresh(token, client_id=API)) == 70000
    assert aadsts(await app.refresh("nonsense")) == 70000
    assert (await app.refresh(token)).status_code == 200


async def test_a_refresh_token_opens_another_api_only_to_the_assigned(app: SinglePageApp) -> None:
    scope = "openid offline_access"
    mallory = str((await app.tokens(MALLORY, scope=scope))["refresh_token"])
    refused = await app.refresh(mallory, scope=SCOPE)
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_grant", 50105)
    ada = str((await app.tokens(ADA, scope=scope))["refresh_token"])
    assert (await app.refresh(ada, scope=SCOPE)).json()["scope"] == SCOPE


async def test_offline_access_alone_asks_for_nothing(app: SinglePageApp) -> None:
    token = str((await app.tokens())["refresh_token"])
    refused = await app.refresh(token, scope="offline_access")
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_grant", 65001)
    assert (await app.refresh(token, scope=f"{SCOPE} offline_access")).status_code == 200


async def test_who_has_been_disabled_or_is_gone_gets_nothing_more(app: SinglePageApp, emulator: Emulator) -> None:
    token = str((await app.tokens())["refresh_token"])
    ada = change_person(emulator, ADA, enabled=False)
    refused = await app.refresh(token)
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_grant", 50057)
    emulator.directory = emulator.directory.remove(ada)
    gone = await app.refresh(token)
    assert (gone.json()["error"], gone.json()["suberror"], aadsts(gone)) == ("invalid_grant", "bad_token", 50034)
    emulator.directory = emulator.directory.put(replace(ada, enabled=True, name="Ada King"))
    assert payload((await app.refresh(token)).json()["access_token"])["name"] == "Ada King"


@pytest.mark.parametrize(("valid_from", "code"), [(NOW, None), (NOW + 1, 50173)])
async def test_an_account_takes_no_grant_from_before_its_time(
    app: SinglePageApp, emulator: Emulator, valid_from: int, code: int | None
) -> None:
    token = str((await app.tokens())["refresh_token"])
    change_person(emulator, ADA, valid_from=valid_from)
    response = await app.refresh(token)
    assert (response.json().get("error_codes") or [None])[0] == code
    if code:
        assert response.json()["suberror"] == "bad_token"
        assert "2026-09-21 14:13:21Z" in response.json()["error_description"]


async def test_a_code_from_before_a_revocation_gives_one_access_token(app: SinglePageApp, emulator: Emulator) -> None:
    code = (await app.sign_in())["code"]
    change_person(emulator, ADA, valid_from=NOW + 1)
    tokens = await app.redeem(code)
    assert tokens.status_code == 200
    assert aadsts(await app.refresh(tokens.json()["refresh_token"])) == 50173
