"""The account picker and who is remembered: one goes through, two are asked, strangers are turned away."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator

from ..single_page_app import (
    ADA,
    BASE_URL,
    GRACE,
    MALLORY,
    SIGN_IN,
    SinglePageApp,
    answer,
    payload,
    transaction,
)

STRANGER = "11111111-0000-4000-a000-000000000001"


async def test_somebody_signed_in_comes_straight_through(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    assert "code" in answer(await app.authorize())


@pytest.mark.parametrize("prompt", ["select_account", "login"])
async def test_a_prompt_always_shows_the_picker(app: SinglePageApp, prompt: str) -> None:
    await app.sign_in(ADA)
    page = await app.authorize(prompt=prompt)
    assert page.text.count("Signed in</span>") == 1


async def test_two_signed_in_accounts_lead_to_the_picker(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    await app.sign_in(GRACE)
    page = await app.authorize()
    assert page.text.count("Signed in</span>") == 2


async def test_signing_in_again_does_not_double_the_account(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    await app.sign_in(ADA)
    assert "code" in answer(await app.authorize())


@pytest.mark.parametrize("hint", ["grace@contoso.example", "Grace@Contoso.Example"])
async def test_a_login_hint_names_one_of_the_accounts(app: SinglePageApp, hint: str) -> None:
    await app.sign_in(ADA)
    await app.sign_in(GRACE)
    tokens = (await app.redeem(answer(await app.authorize(login_hint=hint))["code"])).json()
    assert payload(tokens["id_token"])["oid"] == GRACE


async def test_a_hint_to_somebody_else_puts_them_first_on_the_picker(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    page = await app.authorize(login_hint="mallory@contoso.example")
    assert page.text.index("mallory@contoso.example") < page.text.index("ada@contoso.example")


async def test_silence_is_answered_for_the_one_account(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    assert "code" in answer(await app.authorize(prompt="none"))


async def test_silence_without_a_session_needs_login(app: SinglePageApp) -> None:
    response = await app.authorize(prompt="none")
    told = answer(response)
    assert (told["error"], told["error_uri"]) == ("login_required", f"{BASE_URL}/error?code=50058")
    assert "set-cookie" not in response.headers


async def test_silence_for_an_account_that_is_not_signed_in_needs_login(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    told = answer(await app.authorize(prompt="none", login_hint="grace@contoso.example"))
    assert told["error_description"].startswith("AADSTS50058")


async def test_silence_with_two_accounts_needs_a_hint(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    session = (await app.sign_in(GRACE))["session_state"]
    told = answer(await app.authorize(prompt="none"))
    assert (told["error"], told["error_description"][:12]) == ("interaction_required", "AADSTS16000:")
    assert "code" in answer(await app.authorize(prompt="none", sid=session))


async def test_another_browser_knows_nobody(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    app.http.cookies.clear()
    assert "Pick an account" in (await app.authorize()).text


async def test_the_session_cookie_is_no_use_to_scripts_and_other_sites(app: SinglePageApp) -> None:
    cookie = (await app.authorize()).headers["set-cookie"]
    assert cookie.startswith("entra_double_8400=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(("keeps", "found"), [("entra_double_8400_", "code"), ("entra_double_8400=", "AADSTS165000")])
async def test_two_windows_that_open_at_once_are_one_browsers(app: SinglePageApp, keeps: str, found: str) -> None:
    first = await app.authorize()
    of_first = {name: value for name, value in app.http.cookies.items() if f"{name}=".startswith(keeps)}
    app.http.cookies.clear()  # the second request was sent before the first answer came
    second = await app.authorize()
    for name, value in of_first.items():
        if name not in app.http.cookies:
            app.http.cookies.set(name, value, domain="localhost.local")
    assert found in (await app.choose(first, account=ADA)).headers.get("location", "AADSTS165000")
    assert "code" in answer(await app.choose(second, account=GRACE))
    if found == "code":
        assert (await app.authorize()).text.count("Signed in</span>") == 2


# Not assigned, and going back


async def test_somebody_unassigned_is_told_so_and_can_return(app: SinglePageApp) -> None:
    page = await app.choose(await app.authorize(), account=MALLORY)
    assert page.status_code == 200
    assert "AADSTS50105" in page.text
    assert "mallory@contoso.example" in page.text
    told = answer(await app.choose(page, action="return", account=MALLORY))
    assert (told["error"], told["state"]) == ("access_denied", "the state")
    assert told["error_description"].startswith("AADSTS50105: mallory@contoso.example")
    assert told["error_uri"] == f"{BASE_URL}/error?code=50105"


async def test_somebody_unassigned_can_use_another_account(app: SinglePageApp) -> None:
    page = await app.choose(await app.authorize(), account=MALLORY)
    picker = await app.choose(page, action="another", account=MALLORY)
    assert "code" in answer(await app.choose(picker, account=ADA))


async def test_somebody_unassigned_is_refused_silently_too(app: SinglePageApp) -> None:
    await app.choose(await app.authorize(), account=MALLORY)
    told = answer(await app.authorize(prompt="none"))
    assert (told["error"], told["error_description"][:12]) == ("interaction_required", "AADSTS50105:")


async def test_somebody_unassigned_may_sign_in_where_no_assignment_is_needed(app: SinglePageApp) -> None:
    assert "code" in await app.sign_in(MALLORY, scope="openid profile")


async def test_cancel_tells_the_application(app: SinglePageApp) -> None:
    told = answer(await app.choose(await app.authorize(), action="cancel"))
    assert (told["error"], told["error_uri"]) == ("access_denied", f"{BASE_URL}/error?code=65004")


# The picker's form


async def test_every_account_is_a_button_with_its_user_name(app: SinglePageApp) -> None:
    buttons = (await app.authorize()).text.split('<button class="account"')[1:]
    assert [name for button in buttons for name in USERNAMES if name in button] == USERNAMES


async def test_names_are_escaped_on_the_picker(app: SinglePageApp, emulator: Emulator) -> None:
    hostile = replace(emulator.directory.people[0], name="<script>alert(1)</script>", username="'><b>@contoso.example")
    emulator.directory = replace(emulator.directory, people=(hostile,))
    text = (await app.authorize()).text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&#39;&gt;&lt;b&gt;@contoso.example" in text


async def test_a_transaction_works_once(app: SinglePageApp) -> None:
    page = await app.authorize()
    assert "code" in answer(await app.choose(page, account=ADA))
    assert "AADSTS165000" in (await app.choose(page, account=ADA)).text


async def test_another_browser_cannot_answer(app: SinglePageApp) -> None:
    page = await app.authorize()
    app.http.cookies.clear()
    response = await app.choose(page, account=ADA)
    assert response.status_code == 400
    assert "AADSTS165000" in response.text


async def test_a_person_who_does_not_exist_is_refused(app: SinglePageApp) -> None:
    response = await app.choose(await app.authorize(), account=STRANGER)
    assert "AADSTS50034" in response.text


async def test_a_form_without_a_transaction_is_refused(http: httpx.AsyncClient) -> None:
    assert "AADSTS900144" in (await http.post(SIGN_IN, data={"account": ADA})).text


async def test_the_transaction_is_not_the_cookie(app: SinglePageApp) -> None:
    page = await app.authorize()
    assert transaction(page) not in page.headers["set-cookie"]


USERNAMES = [
    "ada@contoso.example",
    "grace@contoso.example",
    "alan@contoso.example",
    "katherine@fabrikam.example",
    "mallory@contoso.example",
]
