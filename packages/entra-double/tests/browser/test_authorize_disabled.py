"""People and applications that are disabled, gone or revoked, at the door and at the token endpoint."""

from __future__ import annotations

from entra_double import Emulator
from entra_double._world.policies import Demand

from ..policies import demand
from ..single_page_app import ADA, NOW, SPA, TENANT, SinglePageApp, aadsts, answer, payload
from ..worlds import change_entry, change_person


async def test_a_disabled_person_is_told_so(app: SinglePageApp, emulator: Emulator) -> None:
    refresh_token = str((await app.tokens())["refresh_token"])
    change_person(emulator, ADA, enabled=False)
    page = await app.authorize(prompt="select_account")
    assert "Disabled</span>" in page.text
    page = await app.choose(page, account=ADA)
    assert "This account is disabled" in page.text
    told = answer(await app.choose(page, account=ADA, action="return"))
    assert told["error_description"].startswith("AADSTS50057")
    silent = answer(await app.authorize(prompt="none"))
    assert (silent["error"], silent["error_description"][:12]) == ("interaction_required", "AADSTS50057:")
    app.http.cookies.clear()
    await app.choose(await app.authorize(prompt="select_account"), account=ADA)
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"
    refused = await app.refresh(refresh_token)
    assert (aadsts(refused), refused.json()["error"]) == (50057, "invalid_grant")
    change_person(emulator, ADA, enabled=True)
    assert (await app.refresh(refresh_token)).status_code == 200
    assert "code" in await app.sign_in(ADA)


async def test_a_disabled_application_is_told_so(app: SinglePageApp, emulator: Emulator) -> None:
    change_entry(emulator, SPA, enabled=False)
    page = await app.choose(await app.authorize(), account=ADA)
    assert "AADSTS7000112" in page.text
    change_entry(emulator, SPA, enabled=True)
    assert "code" in await app.sign_in(ADA)


async def test_somebody_who_is_gone_is_signed_out(app: SinglePageApp, emulator: Emulator) -> None:
    await app.sign_in(ADA)
    people = emulator.directory.people
    emulator.directory = emulator.directory.remove(people[0])
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"
    emulator.directory = emulator.directory.put(people[0])
    assert "code" in answer(await app.authorize(prompt="none"))


async def test_a_revoked_session_has_to_sign_in_again(app: SinglePageApp, emulator: Emulator) -> None:
    await app.sign_in(ADA)
    change_person(emulator, ADA, valid_from=NOW + 1)
    emulator.clock_offset = 1
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"
    await app.sign_in(ADA)
    assert "code" in answer(await app.authorize(prompt="none"))


async def test_the_name_in_a_token_is_that_of_now(app: SinglePageApp, emulator: Emulator) -> None:
    await app.sign_in(ADA)
    change_person(emulator, ADA, name="Ada King")
    code = answer(await app.authorize())["code"]
    assert payload((await app.redeem(code)).json()["id_token"])["name"] == "Ada King"


async def test_a_policy_of_another_tenant_stops_nobody(app: SinglePageApp, emulator: Emulator) -> None:
    policy = demand(emulator, Demand.BLOCK, tenant_id="fab00000-0000-4000-a000-000000000009")
    assert policy.tenant_id != TENANT
    assert "code" in await app.sign_in(ADA)
