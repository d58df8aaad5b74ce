"""What the body of a control request may be."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._testing.control import COMMANDS
from entra_double._testing.control.calls import TOML, Command

from ...single_page_app import ADA

CONTROL = {"X-Entra-Double-Control": "1"}


@pytest.fixture
def control(http: httpx.AsyncClient) -> httpx.AsyncClient:
    http.headers.update(CONTROL)
    return http


async def test_a_body_may_hold_every_whole_character(control: httpx.AsyncClient, emulator: Emulator) -> None:
    response = await control.put("/_control/people/ada@contoso.example", content=b'{"methods": ["\\ud83d\\ude00"]}')
    assert response.status_code == 204
    assert next(known for known in emulator.directory.people if known.object_id == ADA).methods == {"\U0001f600"}


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.fields and each.fields is not TOML], ids=lambda each: each.path
)
async def test_a_misspelt_field_is_refused(control: httpx.AsyncClient, command: Command) -> None:
    path = command.path.replace("{username}", "ada@contoso.example")
    response = await control.request(command.method, f"/_control{path}", json={"misspelt": 1})
    problem = f"'misspelt' is not known; there are {', '.join(command.fields)}"
    assert (response.status_code, response.json()) == (400, {"error": problem})


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("clock", b"", "the body must be a JSON object"),
        ("clock", b"[]", "the body must be a JSON object"),
        ("clock", b"\xff", "the body must be a JSON object"),
        ("clock", b"{}", "'offset' must be a whole number"),
        ("clock", b'{"offset": "1"}', "'offset' must be a whole number"),
        ("clock", b'{"offset": true}', "'offset' must be a whole number"),
        ("clock", b'{"offset": 1, "as": "\\ud800"}', "the body must be a JSON object"),
        ("outages", b'{"\\ud800": 1}', "the body must be a JSON object"),
        ("people/ada@contoso.example", b'{"methods": ["\\udfff"]}', "the body must be a JSON object"),
        ("clock", b"[" * 20_000, "the body must be a JSON object"),
        ("access-token-lifetime", b'{"seconds": 0}', "'seconds' must be from 1 to 3155760000, a hundred years"),
        (
            "access-token-lifetime",
            b'{"seconds": 3155760001}',
            "'seconds' must be from 1 to 3155760000, a hundred years",
        ),
        (
            "access-token-lifetime",
            b'{"seconds": ' + b"9" * 4_300 + b"}",
            "'seconds' must be from 1 to 3155760000, a hundred years",
        ),
        ("api-token-version", b'{"version": 3}', "'version' must be 1 or 2"),
    ],
)
async def test_a_bad_body_is_explained(control: httpx.AsyncClient, path: str, body: bytes, problem: str) -> None:
    response = await control.put(f"/_control/{path}", content=body)
    assert (response.status_code, response.json()) == (400, {"error": problem})
