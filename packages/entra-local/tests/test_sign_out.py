from __future__ import annotations

import httpx
import pytest

from .single_page_app import ADA, APP, GRACE, LOGOUT, SinglePageApp, answer, payload


async def test_everybody_is_signed_out(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    await app.sign_in(GRACE)
    page = await app.http.get(LOGOUT)
    assert "You are signed out" in page.text
    assert "Nobody is signed in" in page.text
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"


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


@pytest.mark.parametrize(("tenant", "status"), [("common", 200), ("contoso.example", 200), ("undefined", 400)])
async def test_the_tenant_must_exist(http: httpx.AsyncClient, tenant: str, status: int) -> None:
    assert (await http.get(f"/{tenant}/oauth2/v2.0/logout")).status_code == status
