"""What stands beside the service: the home page, health, the files of the pages."""

from __future__ import annotations

import httpx
import pytest
from entra_local import Emulator, make_app
from starlette.types import Message

from .single_page_app import AUTHORIZE


async def test_health(http: httpx.AsyncClient, emulator: Emulator) -> None:
    told = (await http.get("/health")).json()
    assert told == {"status": "ok", "version": "0.1.0", "instance": emulator.instance_id}


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


@pytest.mark.parametrize("path", ["/_pages/base.html", "/_pages/..%2f_app.py", "/common/kerberos", "/nowhere"])
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


async def test_the_app_runs_under_any_asgi_server(emulator: Emulator) -> None:
    received = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[str] = []

    async def receive() -> Message:
        return next(received)

    async def send(message: Message) -> None:
        sent.append(message["type"])

    await make_app(emulator)({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
