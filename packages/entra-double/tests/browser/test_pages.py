"""What all pages have in common: a strict policy, no script of their own, fields with labels, buttons with names."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator
from entra_double._tokens.memory.grants import DeviceGrant
from entra_double._world.policies import Demand
from entra_double._world.seed import CONTOSO

from ..policies import demand
from ..single_page_app import ADA, APP, LOGOUT, MALLORY, NOW, SCOPE, SPA, TENANT, SinglePageApp, transaction
from ..worlds import change

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"


async def page_called(name: str, app: SinglePageApp, emulator: Emulator) -> httpx.Response:
    """Go to one of the pages."""
    http = app.http
    match name:
        case "picker":
            return await app.authorize()
        case "search":
            return await app.choose(await app.authorize(), action="another", query="nobody")
        case "not assigned":
            return await app.choose(await app.authorize(), account=MALLORY)
        case "error":
            return await app.authorize(client_id=ADA)
        case "proof":
            demand(emulator, Demand.MFA)
            return await app.choose(await app.authorize(), account=ADA)
        case "consent":
            emulator.directory = replace(emulator.directory, grants=())
            return await app.choose(await app.authorize(), account=ADA)
        case "admin consent":
            path = f"/{TENANT}/v2.0/adminconsent"
            picker = await http.get(path, params={"client_id": SPA, "redirect_uri": f"{APP}/", "scope": SCOPE})
            return await http.post(path, data={"transaction": transaction(picker), "account": ADA})
        case "code":
            return await http.get("/device")
        case "wrong code":
            page = await http.get("/device")
            return await http.post("/device", data={"transaction": transaction(page), "user_code": "x"})
        case "device":
            client = emulator.directory.application(CONTOSO, SPA)
            assert client
            grant = DeviceGrant(user_code="A", client=client, tenants=(TENANT,), scope=SCOPE, issued_at=NOW)
            emulator.grants.issue_device_code(grant)
            page = await http.get("/device")
            picker = await http.post("/device", data={"transaction": transaction(page), "user_code": "A"})
            return await http.post("/device", data={"transaction": transaction(picker), "account": ADA})
        case "form post":
            return await app.choose(await app.authorize(response_mode="form_post"), account=ADA)
        case "signed out":
            return await http.get(LOGOUT)
        case _:
            change(emulator, SPA, logout_uri=f"{APP}/out")
            await app.sign_in()
            return await http.get(LOGOUT, params={"post_logout_redirect_uri": f"{APP}/"})


PAGES = [
    *("picker", "search", "not assigned", "error", "proof", "consent", "admin consent", "code", "wrong code"),
    *("device", "form post", "signed out", "signing out"),
]


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_runs_nothing_but_the_scripts_of_this_server(
    app: SinglePageApp, emulator: Emulator, name: str
) -> None:
    page = await page_called(name, app, emulator)
    policy = page.headers["content-security-policy"]
    assert policy.removesuffix(f"; frame-src {APP}") == POLICY
    assert ("frame-src" in policy) == (name == "signing out")
    assert re.findall(r"<script(?! src=\"/_pages/[a-z-]+\.js\"></script>)", page.text) == []
    assert re.findall(r"\s(?:on\w+|style)=", page.text) == []
    assert (page.headers["x-frame-options"], page.headers["referrer-policy"]) == ("DENY", "no-referrer")


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_can_be_used_with_a_keyboard_and_read_aloud(
    app: SinglePageApp, emulator: Emulator, name: str
) -> None:
    text = (await page_called(name, app, emulator)).text
    assert '<html lang="en">' in text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert len(re.findall(r"\sautofocus", text)) <= 1
    for field in re.findall(r"<input(?![^>]*type=\"(?:hidden|checkbox)\")[^>]*>", text):
        (identity,) = re.findall(r'\sid="(\w+)"', field)
        assert f'<label for="{identity}">' in text
    for button in re.findall(r"<button[^>]*>(.*?)</button>", text, re.DOTALL):
        assert re.sub(r"<[^>]*>", "", button).strip()
    for frame in re.findall(r"<iframe[^>]*>", text):
        assert ' title="' in frame
