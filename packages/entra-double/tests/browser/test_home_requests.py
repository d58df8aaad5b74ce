"""The recent requests on the home page: what was refused, why, and what to do."""

from __future__ import annotations

import httpx

from ..machine import credentials
from ..pages import home
from ..single_page_app import ADA, AUTHORIZE, MALLORY, SinglePageApp


async def test_a_page_without_requests_says_so(http: httpx.AsyncClient) -> None:
    assert "There are no requests yet" in (await home(http)).text
    assert "Nothing was refused" in (await home(http, only="refused")).text


async def test_a_refusal_is_shown_with_its_reason_and_remedy(app: SinglePageApp, http: httpx.AsyncClient) -> None:
    await app.choose(await app.authorize(), account=MALLORY)
    text = (await home(http)).text
    for expected in (
        "AADSTS50105",
        "mallory@contoso.example is not assigned to the application 'Logbook API'",
        "What to do:",
        "An administrator assigns people",
        "/contoso.example/sign-in",
    ):
        assert expected in text


async def test_what_was_sent_is_shown_without_secrets(http: httpx.AsyncClient) -> None:
    await credentials(http, client_secret="hush-hush-hush")
    page = await home(http)
    assert "client_secret" in page.text
    assert "not recorded" in page.text
    assert "hush" not in page.text


async def test_only_the_refused_are_shown_when_asked_for(http: httpx.AsyncClient) -> None:
    await credentials(http, client_secret="wrong")
    await credentials(http, client_secret="entra-local-not-a-secret-daemon")
    everything, refused = await home(http), await home(http, only="refused")
    assert "Only the 1 refused" in everything.text
    assert everything.text.count("/contoso.example/oauth2/v2.0/token") == 3  # one of them in what was sent
    assert refused.text.count("/contoso.example/oauth2/v2.0/token") == 2
    assert "Show all" in refused.text


async def test_the_latest_fifty_come_first_and_the_page_is_none_of_them(http: httpx.AsyncClient) -> None:
    for number in range(60):
        await http.get(f"/number-{number}")
        await http.get("/")
    text = (await home(http)).text
    assert "/number-59" in text
    assert "/number-10" in text
    assert "/number-9\n" not in text


async def test_a_client_that_nobody_knows_is_called_unknown(http: httpx.AsyncClient) -> None:
    await http.get(AUTHORIZE, params={"client_id": ADA})
    assert "unknown client" in (await home(http)).text
