"""Tokens that come back through the browser: only where registered, never in a query, tied to what is sent beside."""

from __future__ import annotations

import base64
import hashlib

import pytest
from entra_double import Emulator
from entra_double._world.registration import AppRegistration, OptionalClaim

from ..single_page_app import (
    ADA,
    API,
    AUTHORIZE,
    MALLORY,
    NOW,
    REDIRECT_URI,
    SCOPE,
    SPA,
    SinglePageApp,
    answer,
    payload,
)
from ..worlds import change

V1 = AUTHORIZE.replace("/v2.0", "")


@pytest.fixture
def implicit(emulator: Emulator) -> AppRegistration:
    return change(emulator, SPA, implicit_id_token=True, implicit_access_token=True)


def half_hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


async def sign_in(app: SinglePageApp, **changes: str | None) -> dict[str, str]:
    asked: dict[str, str | None] = {"response_mode": None, **changes}
    return await app.sign_in(ADA, **asked)


async def test_an_id_token_comes_back_in_the_fragment(app: SinglePageApp, implicit: AppRegistration) -> None:
    page = await app.authorize(response_type="id_token", response_mode=None, code_challenge=None)
    response = await app.choose(page, account=ADA)
    assert response.headers["location"].startswith(f"{REDIRECT_URI}#id_token=")
    told = answer(response)
    assert told.keys() == {"id_token", "session_state", "state"}
    claims = payload(told["id_token"])
    assert (claims["nonce"], claims["aud"], claims["oid"], claims["exp"]) == ("the nonce", SPA, ADA, NOW + 3600)
    assert not claims.keys() & {"c_hash", "at_hash"}


async def test_a_code_and_an_id_token_are_tied_together(app: SinglePageApp, implicit: AppRegistration) -> None:
    told = await sign_in(app, response_type="id_token code")
    assert payload(told["id_token"])["c_hash"] == half_hash(told["code"])
    tokens = (await app.redeem(told["code"])).json()
    assert payload(tokens["id_token"])["sub"] == payload(told["id_token"])["sub"]


async def test_an_access_token_and_an_id_token_are_tied_together(
    app: SinglePageApp, implicit: AppRegistration, emulator: Emulator
) -> None:
    emulator.access_token_lifetime = 1234
    told = await sign_in(app, response_type="id_token token", code_challenge=None)
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", "1234", SCOPE)
    claims = payload(told["access_token"])
    assert (claims["scp"], claims["roles"], claims["exp"]) == ("access_as_user", ["Admin"], NOW + 1234)
    assert payload(told["id_token"])["at_hash"] == half_hash(told["access_token"])
    assert "code" not in told


async def test_an_access_token_alone(app: SinglePageApp, implicit: AppRegistration) -> None:
    told = await sign_in(app, response_type="token", client_info="1", nonce=None, code_challenge=None)
    assert told.keys() >= {"access_token", "client_info"}
    assert "id_token" not in told


async def test_form_post_brings_tokens_too(app: SinglePageApp, implicit: AppRegistration) -> None:
    page = await app.authorize(response_type="code id_token", response_mode="form_post")
    form = await app.choose(page, account=ADA)
    assert 'name="code"' in form.text
    assert 'name="id_token"' in form.text


async def test_silence_brings_tokens_too(app: SinglePageApp, implicit: AppRegistration) -> None:
    await app.sign_in(ADA)
    assert "id_token" in answer(await app.authorize(prompt="none", response_type="id_token"))


@pytest.mark.parametrize(
    ("changes", "code", "error"),
    [
        ({"response_type": "id_token", "response_mode": "query"}, 70007, "invalid_request"),
        ({"response_type": "id_token token", "response_mode": "query"}, 70007, "invalid_request"),
        ({"response_type": "id_token", "nonce": None}, 900144, "invalid_request"),
        ({"response_type": "code id_token", "nonce": ""}, 900144, "invalid_request"),
        ({"response_type": "id_token", "scope": SCOPE}, 70011, "invalid_scope"),
        ({"response_type": "code token"}, 70005, "unsupported_response_type"),
        ({"response_type": "code id_token token"}, 70005, "unsupported_response_type"),
        ({"response_type": "code id_token", "code_challenge": None}, 9002325, "invalid_request"),
        ({"claims": "{"}, 9002313, "invalid_request"),
    ],
)
async def test_the_application_is_told_in_the_fragment_what_is_wrong(
    app: SinglePageApp, implicit: AppRegistration, changes: dict[str, str | None], code: int, error: str
) -> None:
    asked: dict[str, str | None] = {"response_mode": "fragment", **changes}
    response = await app.authorize(**asked)
    told = answer(response)
    assert (told["error"], told["error_description"].split(":")[0]) == (error, f"AADSTS{code}")
    assert response.headers["location"].startswith(f"{REDIRECT_URI}#")


@pytest.mark.parametrize(
    ("fields", "response_type", "code"),
    [
        ({"implicit_access_token": True}, "id_token", 700054),
        ({"implicit_access_token": True}, "code id_token", 700054),
        ({"implicit_access_token": True}, "id_token token", 700054),
        ({"implicit_id_token": True}, "id_token token", 700051),
        ({"implicit_id_token": True}, "token", 700051),
    ],
)
async def test_each_kind_of_token_is_registered_for_itself(
    app: SinglePageApp, emulator: Emulator, fields: dict[str, bool], response_type: str, code: int
) -> None:
    change(emulator, SPA, **fields)
    told = answer(await app.authorize(response_type=response_type))
    assert (told["error"], told["error_description"].split(":")[0]) == ("unsupported_response_type", f"AADSTS{code}")
    change(emulator, SPA, implicit_id_token=True, implicit_access_token=True)
    assert (await app.authorize(response_type=response_type)).status_code == 200


async def test_an_access_token_is_for_one_api(app: SinglePageApp, implicit: AppRegistration) -> None:
    scope = f"openid {SCOPE} https://graph.microsoft.com/openid"
    told = await sign_in(app, response_type="id_token token", scope=scope)
    assert (told["error"], told["error_description"].split(":")[0]) == ("invalid_scope", "AADSTS28000")


async def test_the_rules_hold_for_tokens_in_the_browser(app: SinglePageApp, implicit: AppRegistration) -> None:
    page = await app.choose(await app.authorize(response_type="id_token token"), account=MALLORY)
    assert "AADSTS50105" in page.text


# The v1.0 endpoint


async def test_the_v1_endpoint_names_an_api_instead_of_scopes(app: SinglePageApp, emulator: Emulator) -> None:
    page = await app.authorize_at(V1, scope=None, resource=f"api://{API}")
    code = answer(await app.choose(page, account=ADA))["code"]
    grant = emulator.grants.find_code(code, NOW)
    assert grant.scope == f"api://{API}/.default openid profile offline_access"
    assert grant.delegation.openid == {"openid", "profile", "offline_access"}


async def test_the_v1_endpoint_without_an_api_is_for_signing_in(app: SinglePageApp, emulator: Emulator) -> None:
    page = await app.authorize_at(V1, scope="whatever")
    code = answer(await app.choose(page, account=ADA))["code"]
    assert emulator.grants.find_code(code, NOW).scope == "openid profile offline_access"


async def test_the_v1_endpoint_takes_what_the_registration_lists(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, required_access=())
    emulator.directory = emulator.directory.remove(*emulator.directory.grants)
    page = await app.authorize_at(V1, scope=None, resource=API)
    told = answer(await app.choose(page, account=ADA))
    assert (told["error"], told["error_description"].split(":")[0]) == ("invalid_client", "AADSTS650057")


async def test_optional_claims_stand_in_these_id_tokens_too(
    app: SinglePageApp, implicit: AppRegistration, emulator: Emulator
) -> None:
    change(emulator, SPA, id_token_claims=(OptionalClaim(name="acct"),))
    told = await sign_in(app, response_type="id_token", code_challenge=None)
    assert payload(told["id_token"])["acct"] == 0
