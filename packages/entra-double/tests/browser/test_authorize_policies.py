"""Policies at the door: who is stopped, who has to prove more, and what the application is told."""

from __future__ import annotations

import json

import pytest
from entra_double import Emulator
from entra_double._world.policies import Demand
from entra_double._world.registration import OptionalClaim

from ..policies import POLICY, demand
from ..single_page_app import ADA, API, GRACE, NOW, SPA, SinglePageApp, aadsts, answer, payload
from ..worlds import change, change_person

PROVE = "Prove it is you"
CONTEXT = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'


# A block, a device


@pytest.mark.parametrize(
    ("what", "code", "heading"),
    [
        (Demand.BLOCK, 53003, "A policy blocks this sign-in"),
        (Demand.COMPLIANT_DEVICE, 53000, "A policy asks for another device"),
    ],
)
async def test_a_policy_stops_people_on_a_page(
    app: SinglePageApp, emulator: Emulator, what: Demand, code: int, heading: str
) -> None:
    demand(emulator, what, except_people=frozenset({GRACE}))
    page = await app.choose(await app.authorize(), account=ADA)
    assert f"AADSTS{code}" in page.text
    assert heading in page.text
    told = answer(await app.choose(page, account=ADA, action="return"))
    assert (told["error"], told["error_description"].split(":")[0]) == ("access_denied", f"AADSTS{code}")
    silent = answer(await app.authorize(prompt="none"))
    assert (silent["error"], silent["error_description"].split(":")[0]) == ("interaction_required", f"AADSTS{code}")
    assert "code" in await app.sign_in(GRACE)


async def test_a_policy_that_comes_later_stops_the_refresh_token(app: SinglePageApp, emulator: Emulator) -> None:
    refresh_token = str((await app.tokens())["refresh_token"])
    assert (await app.refresh(refresh_token)).status_code == 200
    demand(emulator, Demand.BLOCK)
    response = await app.refresh(refresh_token)
    body = response.json()
    assert (response.status_code, body["error"], aadsts(response), body["suberror"]) == (
        400,
        "invalid_grant",
        53003,
        "message_only",
    )
    assert json.loads(body["claims"])["access_token"]["capolids"]["values"] == [POLICY]


# A second proof


async def test_a_second_proof_is_given_with_one_button(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA)
    page = await app.choose(await app.authorize(), account=ADA)
    assert PROVE in page.text
    assert "AADSTS50076" in page.text
    assert "code" in answer(await app.choose(page, account=ADA, action="prove"))


async def test_a_second_proof_lasts_as_long_as_the_session(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA)
    await app.choose(await app.choose(await app.authorize(), account=ADA), account=ADA, action="prove")
    assert "code" in answer(await app.authorize())
    assert "code" in answer(await app.authorize(prompt="none"))
    assert "code" in await app.sign_in(ADA)
    page = await app.choose(await app.authorize(prompt="login"), account=ADA)
    assert PROVE in page.text


async def test_silence_proves_nothing(app: SinglePageApp, emulator: Emulator) -> None:
    nobody = answer(await app.authorize(prompt="none"))
    assert (nobody["error"], nobody.keys() & {"suberror", "claims"}) == ("login_required", set())
    await app.sign_in(ADA)
    demand(emulator, Demand.MFA)
    told = answer(await app.authorize(prompt="none"))
    assert (told["error"], told["error_description"][:12]) == ("interaction_required", "AADSTS50076:")
    assert told["suberror"] == "basic_action"
    assert json.loads(told["claims"])["access_token"]["capolids"]["values"] == [POLICY]


async def test_the_refresh_token_of_a_proved_session_is_good(app: SinglePageApp, emulator: Emulator) -> None:
    before = str((await app.tokens())["refresh_token"])
    demand(emulator, Demand.MFA)
    refused = await app.refresh(before)
    assert (aadsts(refused), refused.json()["error"], refused.json()["suberror"]) == (
        50076,
        "invalid_grant",
        "basic_action",
    )
    page = await app.authorize(claims=refused.json()["claims"])
    code = answer(await app.choose(page, account=ADA, action="prove"))["code"]
    after = (await app.redeem(code)).json()["refresh_token"]
    assert (await app.refresh(after)).status_code == 200
    assert aadsts(await app.refresh(before)) == 50076


async def test_who_cannot_prove_more_ends_on_a_page(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA)
    change_person(emulator, ADA, methods=frozenset({"pwd"}))
    page = await app.choose(await app.authorize(), account=ADA)
    assert "AADSTS50079" in page.text
    assert PROVE not in page.text
    still = await app.choose(page, account=ADA, action="prove")
    assert "AADSTS50079" in still.text


async def test_only_somebody_signed_in_proves_anything(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA)
    page = await app.choose(await app.authorize(), account=ADA)
    assert "AADSTS165000" in (await app.choose(page, account=GRACE, action="prove")).text


async def test_instead_of_proving_one_goes_back_or_to_another_account(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA, people=frozenset({ADA}))
    page = await app.choose(await app.authorize(), account=ADA)
    picker = await app.choose(page, account=ADA, action="another")
    assert "code" in answer(await app.choose(picker, account=GRACE))
    page = await app.choose(await app.authorize(prompt="select_account"), account=ADA)
    assert answer(await app.choose(page, account=ADA, action="cancel"))["error"] == "access_denied"


# Authentication contexts


async def test_a_context_is_met_by_proving_more(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA, context="c1")
    assert "code" in await app.sign_in(ADA)
    page = await app.authorize(claims=CONTEXT)
    assert PROVE in page.text
    code = answer(await app.choose(page, account=ADA, action="prove"))["code"]
    assert granted(emulator, code) == (frozenset({"pwd", "mfa"}), frozenset({"c1"}))
    assert "code" in answer(await app.authorize(claims=CONTEXT, prompt="none"))


async def test_each_context_that_is_asked_for_counts(app: SinglePageApp, emulator: Emulator) -> None:
    both = '{"access_token":{"acrs":{"values":["c1","c2","p1"]}}}'
    demand(emulator, Demand.MFA, context="c2")
    page = await app.choose(await app.authorize(claims=both), account=ADA)
    assert PROVE in page.text
    code = answer(await app.choose(page, account=ADA, action="prove"))["code"]
    assert granted(emulator, code)[1] == frozenset({"c1", "c2"})
    change(emulator, API, access_token_claims=(OptionalClaim(name="acrs"),))
    tokens = (await app.redeem(code)).json()
    assert payload(tokens["access_token"])["acrs"] == ["c1", "c2"]
    demand(emulator, Demand.BLOCK, context="c3")
    refused = await app.refresh(tokens["refresh_token"], claims=both.replace("c1", "c3"))
    assert (aadsts(refused), "c3" in refused.json()["claims"]) == (53003, True)


async def test_silence_tells_which_context_is_missing(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA, context="c1")
    await app.sign_in(ADA)
    told = answer(await app.authorize(claims=CONTEXT, prompt="none"))
    assert (told["error"], told["error_description"][:12]) == ("interaction_required", "AADSTS50076:")
    assert told["claims"] == CONTEXT


async def test_a_context_that_no_policy_guards_is_given_at_once(app: SinglePageApp, emulator: Emulator) -> None:
    code = (await app.sign_in(ADA, claims=CONTEXT.replace("c1", "c2")))["code"]
    assert granted(emulator, code) == (frozenset({"pwd"}), frozenset({"c2"}))


async def test_the_id_token_has_the_context_that_was_asked_for_in_it(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, id_token_claims=(OptionalClaim(name="acrs"),))
    page = await app.choose(await app.authorize(claims=CONTEXT.replace("access_token", "id_token")), account=ADA)
    assert PROVE in page.text
    code = answer(await app.choose(page, account=ADA, action="prove"))["code"]
    assert payload((await app.redeem(code)).json()["id_token"])["acrs"] == ["c1"]
    change(emulator, SPA, id_token_claims=())
    code = answer(await app.authorize(claims=CONTEXT.replace("access_token", "id_token")))["code"]
    assert "acrs" not in payload((await app.redeem(code)).json()["id_token"])


async def test_a_context_that_nobody_asks_for_is_not_given(app: SinglePageApp, emulator: Emulator) -> None:
    code = (await app.sign_in(ADA))["code"]
    assert granted(emulator, code) == (frozenset({"pwd"}), frozenset())


def granted(emulator: Emulator, code: str) -> tuple[frozenset[str], frozenset[str]]:
    delegation = emulator.grants.find_code(code, NOW).delegation
    return delegation.methods, delegation.contexts


# How old a sign-in may be


async def test_a_sign_in_that_is_too_old_is_repeated(app: SinglePageApp, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA, sign_in_frequency=3600)
    page = await app.choose(await app.authorize(), account=ADA)
    code = answer(await app.choose(page, account=ADA, action="prove"))["code"]
    refresh_token = (await app.redeem(code)).json()["refresh_token"]
    emulator.clock_offset = 3599
    assert "code" in answer(await app.authorize())
    assert (await app.refresh(refresh_token)).status_code == 200
    emulator.clock_offset = 3600
    refused = await app.refresh(refresh_token)
    assert (aadsts(refused), refused.json()["error"]) == (70043, "invalid_grant")
    told = answer(await app.authorize(prompt="none"))
    assert (told["error"], told["error_description"][:12]) == ("interaction_required", "AADSTS70043:")
    picker = await app.authorize()
    assert "Pick an account" in picker.text
    page = await app.choose(picker, account=ADA)
    assert PROVE in page.text
    assert "code" in answer(await app.choose(page, account=ADA, action="prove"))
    assert "code" in answer(await app.authorize(prompt="none"))


@pytest.mark.parametrize(
    ("max_age", "is_good"),
    [("60", True), ("59", False), ("0", False), ("soon", True), ("²", True), ("9" * 12, True), ("0" * 5_000, True)],
)
async def test_the_application_says_how_old_a_sign_in_may_be(
    app: SinglePageApp, emulator: Emulator, max_age: str, is_good: bool
) -> None:
    await app.sign_in(ADA)
    emulator.clock_offset = 60
    told = answer(await app.authorize(prompt="none", max_age=max_age))
    assert ("code" in told, told.get("error")) == (is_good, None if is_good else "login_required")
    again = (await app.sign_in(ADA, max_age=max_age, prompt=None))["code"]
    delegation = emulator.grants.find_code(again, NOW + 60).delegation
    assert delegation.authenticated_at == (NOW if is_good else NOW + 60)
