"""Who may use the control interface."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator

from ...single_page_app import BASE_URL

HEADER = "X-Entra-Double-Control"


WITHOUT, WITH = f"Send the header {HEADER}: 1", f"Send the header {HEADER}: <the control token>"


FOREIGN = "The control interface is not for other web pages."


TOKEN = "entra-local-not-a-secret-control"


POSTED = ["reset", "revoke-refresh-tokens", "end-sessions", "rotate-keys", "token"]


async def told(http: httpx.AsyncClient, **headers: str) -> tuple[int, str]:
    """Say what becomes of a reset."""
    response = await http.post(
        "/_control/reset", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    return response.status_code, response.json()["error"] if response.content else ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": BASE_URL},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": BASE_URL, "Sec_Fetch_Site": "same-origin"},
    ],
    ids=str,
)
async def test_our_own_page_may(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert await told(http, X_Entra_Double_Control="1", **headers) == (204, "")
    assert await told(http, **headers) == (403, WITHOUT)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:8000"},
        {"Origin": "https://localhost:8400"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": ""},
        {"Origin": BASE_URL, "Sec_Fetch_Site": "cross-site"},
    ],
    ids=str,
)
async def test_another_page_may_not_even_with_the_header(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert await told(http, X_Entra_Double_Control="1", **headers) == (403, FOREIGN)


async def test_with_a_token_the_header_must_be_that(http: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.control_token = TOKEN
    assert await told(http, X_Entra_Double_Control=TOKEN) == (204, "")
    for wrong in ("1", "", TOKEN[:-1], f"{TOKEN}x"):
        assert await told(http, X_Entra_Double_Control=wrong) == (403, WITH)
    assert await told(http) == (403, WITH)
    emulator.control_token = None
    assert await told(http, X_Entra_Double_Control=TOKEN) == (403, WITHOUT)


async def test_letters_beyond_ascii_are_compared_as_well(http: httpx.AsyncClient) -> None:
    response = await http.post("/_control/reset", headers=[(HEADER.encode(), b"\xe9")])
    assert response.status_code == 403


@pytest.mark.parametrize("value", [None, "", "0", "true"])
async def test_without_the_header_nothing_happens(
    http: httpx.AsyncClient, emulator: Emulator, value: str | None
) -> None:
    headers = {} if value is None else {"X-Entra-Double-Control": value}
    for name in POSTED:
        assert (await http.post(f"/_control/{name}", headers=headers)).status_code == 403
    response = await http.put("/_control/clock", json={"offset": 5}, headers=headers)
    assert response.status_code == 403
    assert emulator.clock_offset == 0


async def test_no_web_page_is_allowed_to_send_the_header(http: httpx.AsyncClient) -> None:
    preflight = await http.options("/_control/reset", headers={"Origin": "http://localhost:8000"})
    assert preflight.status_code == 403
    assert "access-control-allow-origin" not in preflight.headers
