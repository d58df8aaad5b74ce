"""What is neither authorize nor token: the other pages, the gate, the request log."""

from __future__ import annotations

import logging

import httpx
import pytest
from entra_local import Emulator, make_app
from entra_local._errors import CATALOGUE, Refusal
from starlette.types import Message

from .single_page_app import AUTHORIZE, TENANT, SinglePageApp


async def test_health(http: httpx.AsyncClient) -> None:
    assert (await http.get("/health")).json() == {"status": "ok", "version": "0.1.0"}


async def test_there_is_no_icon_to_complain_about(http: httpx.AsyncClient) -> None:
    assert (await http.get("/favicon.ico")).status_code == 204


async def test_the_home_page_shows_the_world(http: httpx.AsyncClient) -> None:
    text = (await http.get("/")).text
    for expected in (
        "a local stand-in, not Microsoft",
        "Contoso",
        "mallory@contoso.example",
        "not assigned",
        "Logbook web",
    ):
        assert expected in text


@pytest.mark.parametrize(("path", "kind"), [("style.css", "text/css"), ("form-post.js", "javascript")])
async def test_pages_have_their_files(http: httpx.AsyncClient, path: str, kind: str) -> None:
    response = await http.get(f"/_pages/{path}")
    assert response.status_code == 200
    assert kind in response.headers["content-type"]


@pytest.mark.parametrize("path", ["/_pages/base.html", "/_pages/..%2f_app.py", "/common/oauth2/token", "/nowhere"])
async def test_what_is_not_here_says_so(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.startswith("entra-local has nothing here")


async def test_every_page_has_safe_headers(http: httpx.AsyncClient) -> None:
    for path in ("/", "/error?code=50105", AUTHORIZE):
        headers = (await http.get(path)).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "form-action" not in headers["content-security-policy"]


async def test_an_error_number_is_explained(http: httpx.AsyncClient) -> None:
    response = await http.get("/error?code=50105")
    assert "AADSTS50105" in response.text
    assert "… is not assigned to the application" in response.text
    assert "interaction_required" in response.text
    assert "bad_token" in (await http.get("/error?code=50173")).text


@pytest.mark.parametrize("code", ["", "1", "x", "²", "50105<b>"])
async def test_an_unknown_error_number_is_not(http: httpx.AsyncClient, code: str) -> None:
    assert (await http.get("/error", params={"code": code})).status_code == 404


def test_every_error_of_the_catalogue_fits_its_number() -> None:
    assert all(number == entry.code for number, entry in CATALOGUE.items())
    assert all(entry.text.endswith((".", "~")) and entry.remedy for entry in CATALOGUE.values())


def test_no_description_contains_a_word_that_msal_takes_for_another_error() -> None:
    words = ("interaction_required", "consent_required", "login_required", "bad_token", "ui_not_allowed")
    assert not [entry.code for entry in CATALOGUE.values() if any(word in entry.text for word in words)]


def test_a_refusal_keeps_braces_in_details_as_they_are() -> None:
    assert "'{0.__class__}'" in str(Refusal(90002, tenant="{0.__class__}"))


async def test_the_app_runs_under_any_asgi_server(emulator: Emulator) -> None:
    received = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[str] = []

    async def receive() -> Message:
        return next(received)

    async def send(message: Message) -> None:
        sent.append(message["type"])

    await make_app(emulator)({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


# The gate


@pytest.mark.parametrize("host", ["localhost:8400", "localhost", "LOCALHOST:1", "127.0.0.1:8400", "[::1]:8400"])
async def test_this_machines_names_are_answered(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost:8400.evil.example", "127.0.0.1.evil.example", ""],
)
@pytest.mark.parametrize("path", ["/health", "/_control/requests", AUTHORIZE])
async def test_other_names_are_turned_away(http: httpx.AsyncClient, host: str, path: str) -> None:
    response = await http.get(path, headers={"Host": host, "X-Entra-Local-Control": "1"})
    assert response.status_code == 421
    assert response.text == "entra-local answers to the host name localhost only.\n"


# The request log


async def test_a_line_says_what_happened(app: SinglePageApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "entra_local")
    code = (await app.sign_in())["code"]
    await app.redeem(code)
    await app.redeem(code)
    await app.http.get("/health")
    assert caplog.messages == [
        f"200  GET  /{TENANT}/oauth2/v2.0/authorize  Logbook web",
        f"302  POST  /{TENANT}/sign-in  Logbook web  ada@contoso.example",
        f"200  POST  /{TENANT}/oauth2/v2.0/token  authorization_code  Logbook web  ada@contoso.example",
        f"400  POST  /{TENANT}/oauth2/v2.0/token  authorization_code  Logbook web  AADSTS54005",
    ]
    assert code not in caplog.text


async def test_a_request_cannot_forge_a_line(app: SinglePageApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "entra_local")
    await app.http.get("/a%0a200  GET  forged")
    await app.authorize(client_id="11111111-0000-4000-a000-000000000001")
    assert caplog.messages == [
        "404  GET  /a%0A200%20%20GET%20%20forged",
        f"400  GET  /{TENANT}/oauth2/v2.0/authorize  unknown client  AADSTS700016",
    ]
