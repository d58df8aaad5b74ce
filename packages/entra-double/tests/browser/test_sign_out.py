from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.seed import SITE_CLIENT_ID as SITE

from ..single_page_app import ADA, APP, BASE_URL, GRACE, LOGOUT, SPA, TENANT, SinglePageApp, answer, payload
from ..worlds import change, change_person


async def test_the_only_account_signs_out_unasked(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    page = await app.http.get(LOGOUT)
    assert "You are signed out" in page.text
    assert "No account is signed in" in page.text
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize("hint", [{}, {"logout_hint": ""}])
async def test_of_several_accounts_the_person_says_which_one_signs_out(
    app: SinglePageApp, emulator: Emulator, hint: dict[str, str]
) -> None:
    await app.sign_in(ADA)
    await app.sign_in(GRACE)
    fields = {"post_logout_redirect_uri": f"{APP}/", "state": '"s"'}
    page = await app.http.get(LOGOUT, params=fields | hint)
    assert "Which account signs out?" in page.text
    assert "ada@contoso.example" in page.text
    assert hidden(page) == fields
    (browser,) = set(app.http.cookies.values())
    ada, grace = emulator.sessions.accounts(browser)
    assert (ada.person.object_id, grace.person.object_id) == (ADA, GRACE), "both are still signed in"
    response = await app.http.post(LOGOUT, data=fields | {"logout_hint": ada.session_id})
    assert response.headers["location"] == f"{APP}/?state=%22s%22"
    assert emulator.sessions.accounts(browser) == (grace,)


async def test_a_hint_that_means_two_accounts_leaves_the_question_open(app: SinglePageApp, emulator: Emulator) -> None:
    name = change_person(emulator, GRACE, user_principal_name="ada@contoso.example").user_principal_name
    await app.sign_in(ADA)
    await app.sign_in(GRACE)
    page = await app.http.get(LOGOUT, params={"logout_hint": name})
    assert "Which account signs out?" in page.text
    assert hidden(page) == {}


async def test_a_logout_hint_signs_out_that_account_only(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    hint = str(payload(str((await app.tokens(GRACE))["id_token"]))["login_hint"])
    page = await app.http.get(LOGOUT, params={"logout_hint": hint})
    assert "Other accounts are still signed in" in page.text
    assert "code" in answer(await app.authorize(prompt="none", login_hint="ada@contoso.example"))
    told = answer(await app.authorize(prompt="none", login_hint="grace@contoso.example"))
    assert told["error"] == "login_required"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_registered_address_gets_the_state_back(http: httpx.AsyncClient, method: str) -> None:
    fields = {"post_logout_redirect_uri": f"{APP}/", "state": "a|b+c"}
    response = await (http.get(LOGOUT, params=fields) if method == "GET" else http.post(LOGOUT, data=fields))
    assert (response.status_code, response.headers["location"]) == (302, f"{APP}/?state=a%7Cb%2Bc")


async def test_without_state_the_address_stays_as_it_is(http: httpx.AsyncClient) -> None:
    response = await http.get(LOGOUT, params={"post_logout_redirect_uri": f"{APP}/redirect.html"})
    assert response.headers["location"] == f"{APP}/redirect.html"


@pytest.mark.parametrize("uri", ["http://evil.example/", "//evil.example/", f"{APP}/elsewhere", ""])
async def test_another_address_gets_nothing(http: httpx.AsyncClient, uri: str) -> None:
    response = await http.get(LOGOUT, params={"post_logout_redirect_uri": uri})
    assert response.status_code == 200
    assert "You are signed out" in response.text


@pytest.mark.parametrize(
    ("tenant", "status"), [("common", 200), ("consumers", 200), ("contoso.example", 200), ("undefined", 400)]
)
async def test_the_tenant_must_exist(http: httpx.AsyncClient, tenant: str, status: int) -> None:
    assert (await http.get(f"/{tenant}/oauth2/v2.0/logout")).status_code == status


# Every application of the session is told


LOGOUT_URI = "http://localhost:8000/signed-out"


async def test_every_application_of_the_session_is_told(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, logout_uri=LOGOUT_URI)
    change(emulator, SITE, logout_uri="https://site.example:444/out?from=entra")
    session = (await app.sign_in())["session_state"]
    await app.sign_in(client_id=SITE, redirect_uri="http://localhost/callback", response_mode="query")
    page = await app.http.get(LOGOUT, params={"post_logout_redirect_uri": f"{APP}/", "state": "s"})
    told = urlencode({"iss": f"{BASE_URL}/{TENANT}/v2.0", "sid": session})
    assert frames(page) == [f"https://site.example:444/out?from=entra&{told}", f"{LOGOUT_URI}?{told}"]
    policy = page.headers["content-security-policy"]
    assert policy.endswith("; frame-src https://site.example:444 http://localhost:8000")
    assert f'id="onward" href="{APP}/?state=s"' in page.text
    assert '<script src="/_pages/sign-out.js"></script>' in page.text


async def test_an_application_that_nobody_used_is_not_told(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SITE, logout_uri=LOGOUT_URI)
    await app.sign_in()
    page = await app.http.get(LOGOUT)
    assert frames(page) == []
    assert "frame-src" not in page.headers["content-security-policy"]
    assert "sign-out.js" not in page.text


async def test_an_application_without_an_address_to_tell_does_not_hold_up_the_way(
    app: SinglePageApp, emulator: Emulator
) -> None:
    await app.sign_in()
    emulator.directory = replace(emulator.directory, applications=emulator.directory.applications[:2])
    response = await app.http.get(LOGOUT, params={"post_logout_redirect_uri": f"{APP}/"})
    assert response.headers["location"] == f"{APP}/"


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "http://a;b.example/", "http://a b/", "logbook://out", "//x/"])
async def test_an_address_that_is_none_of_the_web_is_not_told(app: SinglePageApp, emulator: Emulator, uri: str) -> None:
    change(emulator, SPA, logout_uri=uri)
    await app.sign_in()
    assert frames(await app.http.get(LOGOUT)) == []


async def test_an_application_that_is_gone_is_not_told(app: SinglePageApp, emulator: Emulator) -> None:
    await app.sign_in()
    emulator.directory = replace(emulator.directory, applications=())
    assert frames(await app.http.get(LOGOUT)) == []


async def test_only_the_session_that_ends_is_told(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, logout_uri=LOGOUT_URI)
    ada = (await app.sign_in(ADA))["session_state"]
    await app.sign_in(GRACE)
    page = await app.http.get(LOGOUT, params={"logout_hint": ada})
    assert [ada in address for address in frames(page)] == [True]
    assert "Other accounts are still signed in" in page.text


async def test_an_id_token_names_who_leaves(app: SinglePageApp, emulator: Emulator) -> None:
    await app.sign_in(ADA)
    hint = str((await app.tokens(GRACE))["id_token"])
    emulator.clock_offset = 7200
    page = await app.http.get(LOGOUT, params={"id_token_hint": hint})
    assert "Other accounts are still signed in" in page.text
    assert "code" in answer(await app.authorize(prompt="none", login_hint="ada@contoso.example"))


@pytest.mark.parametrize("hint", ["x", "a.b.c", "."])
async def test_an_id_token_that_names_nobody_signs_nobody_out(app: SinglePageApp, hint: str) -> None:
    await app.sign_in(ADA)
    await app.http.get(LOGOUT, params={"id_token_hint": hint})
    assert "code" in answer(await app.authorize(prompt="none"))


async def test_the_v1_endpoint_signs_out_too(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    assert "You are signed out" in (await app.http.get(LOGOUT.replace("/v2.0", ""))).text
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"


def hidden(page: httpx.Response) -> dict[str, str]:
    """Give the hidden fields of a page's form."""
    fields = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', page.text)
    return {name: unescape(value) for name, value in fields}


def frames(page: httpx.Response) -> list[str]:
    return [unescape(part.split('"')[0]) for part in page.text.split('<iframe src="')[1:]]
