"""What the page of errors says one can do to meet an error here, done: for those that need no more than a request."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from .machine import DAEMON, DAEMON_SECRET, credentials
from .single_page_app import (
    ADA,
    API,
    AUTHORIZE,
    FABRIKAM,
    GRACE,
    MALLORY,
    SCOPE,
    SPA,
    TENANT,
    TOKEN,
    SinglePageApp,
)

Act = Callable[[SinglePageApp], Awaitable[httpx.Response]]
CONTROL = {"X-Entra-Double-Control": "1"}
READ_ME = "https://graph.microsoft.com/User.Read"
ZERO = "00000000-0000-0000-0000-000000000000"


async def sign_in_anew_after_a_reset(app: SinglePageApp) -> httpx.Response:
    page = await app.authorize()
    await app.http.post("/_control/reset", headers=CONTROL)
    return await app.choose(page, account=ADA)


async def two_people_and_no_hint(app: SinglePageApp) -> httpx.Response:
    for person in (ADA, GRACE):
        await app.sign_in(person)
    return await app.authorize(prompt="none")


async def ask_silently_for_more(app: SinglePageApp) -> httpx.Response:
    await app.sign_in()
    return await app.authorize(prompt="none", scope=READ_ME)


async def redeem_for_two_apis(app: SinglePageApp) -> httpx.Response:
    answered = await app.sign_in(scope=f"{SCOPE} https://graph.microsoft.com/profile")
    return await app.redeem(answered["code"])


async def redeem_too_late(app: SinglePageApp) -> httpx.Response:
    answered = await app.sign_in()
    await app.http.put("/_control/clock", json={"advance": 11 * 60}, headers=CONTROL)
    return await app.redeem(answered["code"])


async def refresh_after_25_hours(app: SinglePageApp) -> httpx.Response:
    tokens = await app.tokens()
    await app.http.put("/_control/clock", json={"advance": 25 * 3600}, headers=CONTROL)
    return await app.refresh(str(tokens["refresh_token"]))


async def refresh_after_revocation(app: SinglePageApp) -> httpx.Response:
    tokens = await app.tokens()
    await app.http.post("/_control/revoke-refresh-tokens", headers=CONTROL)
    return await app.refresh(str(tokens["refresh_token"]))


async def cancel(app: SinglePageApp) -> httpx.Response:
    return await app.choose(await app.authorize(), action="cancel")


async def choose_mallory(app: SinglePageApp) -> httpx.Response:
    return await app.choose(await app.authorize(), account=MALLORY)


async def mint_for_nobody(app: SinglePageApp) -> httpx.Response:
    return await app.http.post("/_control/token", json={"person": "nobody@contoso.example"}, headers=CONTROL)


def authorize(**changes: str | None) -> Act:
    return lambda app: app.authorize(**changes)


def authorize_at(path: str) -> Act:
    return lambda app: app.authorize_at(f"/{path}/oauth2/v2.0/authorize")


def ask_as_daemon(**form: str) -> Act:
    return lambda app: credentials(app.http, **form)


PROVOKED: list[tuple[int, Act]] = [
    (16000, two_people_and_no_hint),
    (165000, sign_in_anew_after_a_reset),
    (28000, redeem_for_two_apis),
    (500011, authorize(scope=f"api://{FABRIKAM}/access_as_user")),
    (50011, authorize(redirect_uri="http://localhost/redirect.htmL")),
    (500113, authorize(client_id=DAEMON)),
    (50034, mint_for_nobody),
    (50058, authorize(prompt="none")),
    (50105, choose_mallory),
    (50149, authorize(code_challenge_method="S512")),
    (501491, authorize(code_challenge="x" * 42)),
    (50173, refresh_after_revocation),
    (50194, authorize_at("common")),
    (65001, ask_silently_for_more),
    (65004, cancel),
    (650053, authorize(scope=f"api://{API}/no_such_scope")),
    (700016, authorize(client_id=TENANT)),
    (70003, lambda app: app.token(grant_type="password")),
    (700038, authorize(client_id=ZERO)),
    (70005, authorize(response_type="nonsense")),
    (700051, authorize(response_type="id_token token")),
    (700054, authorize(response_type="id_token")),
    (70007, authorize(response_mode="nonsense")),
    (70008, redeem_too_late),
    (700084, refresh_after_25_hours),
    (70011, authorize(scope=f"{SCOPE}\n")),
    (70011, authorize(scope=f"{SCOPE} api://{API}/.default")),
    (90002, authorize_at("nobody.example")),
    (900023, authorize_at("undefined")),
    (9000411, lambda app: app.http.get(f"{AUTHORIZE}?client_id={SPA}&client_id={SPA}")),
    (900144, authorize(client_id=None)),
    (900144, lambda app: app.http.post(TOKEN, json={"client_id": SPA})),
    (90023, authorize(prompt="nonsense")),
    (9002325, authorize(code_challenge=None, code_challenge_method=None)),
    (900561, lambda app: app.http.get(TOKEN)),
    (9010010, authorize(resource=f"api://{API}/")),
    (1002012, ask_as_daemon(client_secret=DAEMON_SECRET, scope=SCOPE)),
    (7000215, ask_as_daemon(client_secret="wrong")),
    (7000216, ask_as_daemon()),
]


@pytest.mark.parametrize(("code", "act"), PROVOKED, ids=[str(code) for code, _ in PROVOKED])
async def test_an_error_is_met_as_the_page_says(app: SinglePageApp, code: int, act: Act) -> None:
    response = await act(app)
    told = re.search(r"AADSTS(\d+)", response.headers.get("location", "") + response.text)
    assert told, response.text
    assert int(told[1]) == code
