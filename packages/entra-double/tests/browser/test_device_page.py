"""A person approves a device by its code: who may, what they are asked, and what the device gets."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._token_endpoint.device_code import GRANT_TYPE
from entra_double._tokens.memory.grants import DEVICE_CODE_LIFETIME

from ..devices import APPROVAL, CODE, DEVICE_CODE, FULL_SCOPE, begin, enter, send, taken
from ..single_page_app import (
    ADA,
    BASE_URL,
    GRACE,
    NOW,
    SPA,
    TOKEN,
    SinglePageApp,
    answer,
    payload,
)
from ..worlds import change


async def test_a_person_approves_a_device(http: httpx.AsyncClient, emulator: Emulator) -> None:
    device_code = begin(emulator)
    picker = await enter(http)
    assert "Pick an account" in picker.text
    assert "to sign in to <strong>Logbook web</strong> on another device" in picker.text
    page = await send(http, picker, account=ADA)
    for text in (APPROVAL, "ada@contoso.example", "published by Contoso"):
        assert text in page.text
    assert "would also like to" not in page.text
    done = await send(http, page, account=ADA, action="approve")
    assert "You are signed in to Logbook web" in done.text
    delegation = taken(emulator, device_code)
    assert (delegation.person.object_id, delegation.client.client_id, delegation.authenticated_at) == (ADA, SPA, NOW)
    assert delegation.openid == {"openid", "profile", "offline_access"}


async def test_a_device_gets_its_tokens(http: httpx.AsyncClient, emulator: Emulator) -> None:
    client = change(emulator, SPA, public_client=True).client_id
    begun = (await http.post(DEVICE_CODE, data={"client_id": client, "scope": FULL_SCOPE})).json()
    assert begun["verification_uri"] == f"{BASE_URL}/device"
    poll = {"grant_type": GRANT_TYPE, "client_id": client, "device_code": begun["device_code"]}
    assert (await http.post(TOKEN, data=poll)).json()["error"] == "authorization_pending"
    page = await send(http, await enter(http, begun["user_code"]), account=ADA)
    assert (await http.post(TOKEN, data=poll)).json()["error"] == "authorization_pending"
    await send(http, page, account=ADA, action="approve")
    tokens = (await http.post(TOKEN, data=poll)).json()
    assert (payload(tokens["access_token"])["oid"], payload(tokens["id_token"])["oid"]) == (ADA, ADA)


async def test_a_person_declines(http: httpx.AsyncClient, emulator: Emulator) -> None:
    device_code = begin(emulator)
    page = await send(http, await enter(http), account=ADA)
    done = await send(http, page, account=ADA, action="decline")
    assert "The sign-in was declined" in done.text
    with pytest.raises(Exception, match="AADSTS65004"):
        emulator.grants.take_device_code(device_code, SPA, NOW)


async def test_going_back_from_the_picker_declines(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    assert "The sign-in was declined" in (await send(http, await enter(http), action="cancel")).text


@pytest.mark.parametrize("typed", [CODE.lower(), "abc-def-gh9", f" {CODE} "])
async def test_a_code_is_taken_as_people_type_it(http: httpx.AsyncClient, emulator: Emulator, typed: str) -> None:
    begin(emulator)
    assert "Pick an account" in (await enter(http, typed)).text


async def test_a_wrong_code_stays_on_the_page(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    page = await enter(http, '<b>"WRONG')
    assert page.status_code == 200
    assert "AADSTS70018" in page.text
    assert 'value="&lt;b&gt;&#34;WRONG"' in page.text
    assert 'aria-invalid="true" aria-describedby="wrong"' in page.text
    assert "Pick an account" in (await send(http, page, user_code=CODE)).text


async def test_an_old_code_is_told_to_be_old(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    emulator.clock_offset = DEVICE_CODE_LIFETIME - 1
    assert "Pick an account" in (await enter(http)).text
    emulator.clock_offset = DEVICE_CODE_LIFETIME
    assert "AADSTS70019" in (await enter(http)).text


async def test_a_code_is_decided_once(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    first, second = await send(http, await enter(http), account=ADA), await send(http, await enter(http), account=ADA)
    await send(http, first, account=ADA, action="approve")
    refused = await send(http, second, account=ADA, action="approve")
    assert (refused.status_code, "AADSTS70018" in refused.text) == (400, True)
    assert "AADSTS70018" in (await enter(http)).text


# Who may answer


@pytest.mark.parametrize("step", ["enter", "choose", "approve", "decline"])
async def test_another_browser_cannot_answer(http: httpx.AsyncClient, emulator: Emulator, step: str) -> None:
    device_code = begin(emulator)
    page = await http.get("/device")
    form = {"user_code": CODE}
    if step != "enter":
        page, form = await enter(http), {"account": ADA}
    if step in ("approve", "decline"):
        page, form = await send(http, page, account=ADA), {"account": ADA, "action": step}
    http.cookies.clear()
    refused = await send(http, page, **form)
    assert (refused.status_code, "AADSTS165000" in refused.text) == (400, True)
    with pytest.raises(Exception, match="AADSTS70016"):
        emulator.grants.take_device_code(device_code, SPA, NOW)


async def test_only_somebody_signed_in_approves(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    page = await send(http, await enter(http), account=ADA)
    assert "AADSTS165000" in (await send(http, page, account=GRACE, action="approve")).text


async def test_a_transaction_of_a_sign_in_is_none_of_a_device(app: SinglePageApp, emulator: Emulator) -> None:
    begin(emulator)
    page = await app.authorize()
    assert "AADSTS165000" in (await send(app.http, page, user_code=CODE)).text
    assert "AADSTS165000" in (await app.choose(await enter(app.http), account=ADA)).text


async def test_a_form_without_a_transaction_is_refused(http: httpx.AsyncClient) -> None:
    assert "AADSTS900144" in (await http.post("/device", data={"user_code": CODE})).text


async def test_who_is_signed_in_stays_it_and_is_told_at_sign_out(app: SinglePageApp, emulator: Emulator) -> None:
    session = (await app.sign_in(ADA))["session_state"]
    device_code = begin(emulator)
    picker = await enter(app.http)
    assert picker.text.count("Signed in</span>") == 1
    await send(app.http, await send(app.http, picker, account=ADA), account=ADA, action="approve")
    assert taken(emulator, device_code).session_id == session
    assert "code" in answer(await app.authorize(prompt="none"))


async def test_people_are_found_by_a_search(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    page = await send(http, await enter(http), action="another", query="grace")
    assert "grace@contoso.example" in page.text
    assert "ada@contoso.example" not in page.text
    assert APPROVAL in (await send(http, page, account=GRACE)).text
