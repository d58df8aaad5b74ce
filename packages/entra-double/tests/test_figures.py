"""Lives, lengths and limits of ours are the figures recorded of the service."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from entra_double import Emulator

from .shapes import World
from .single_page_app import ADA, MALLORY, NOW, TENANT, SinglePageApp, payload

FIGURES: dict[str, dict[str, Any]] = {
    figure["name"]: figure
    for figure in tomllib.loads((Path(__file__).parent / "recorded" / "facts.toml").read_text(encoding="utf-8"))[
        "figure"
    ]
}

Measure = Callable[[World], Awaitable[int]]


def seconds(token: object) -> int:
    claims = payload(str(token))
    return int(str(claims["exp"])) - int(str(claims["iat"]))


async def of_an_access_token(world: World) -> int:
    return seconds((await world.app.tokens(ADA))["access_token"])


async def of_an_id_token(world: World) -> int:
    return seconds((await world.app.tokens(ADA))["id_token"])


async def of_a_personal_id_token(world: World) -> int:
    return seconds(world.emulator.issue_id_token(world.personal(), None))


async def backdating(world: World) -> int:
    claims = payload(str((await world.app.tokens(ADA))["access_token"]))
    assert claims["iat"] == claims["nbf"]
    return NOW - int(str(claims["iat"]))


async def to_the_told_end(world: World) -> int:
    tokens = await world.app.tokens(ADA)
    return int(str(payload(str(tokens["access_token"]))["exp"])) - NOW - int(str(tokens["expires_in"]))


async def to_the_extended_end(world: World) -> int:
    tokens = await world.app.tokens(ADA)
    return int(str(tokens["ext_expires_in"])) - int(str(tokens["expires_in"]))


async def of_a_kid(world: World) -> int:
    return len((await a_key(world))["kid"])


async def in_x5c(world: World) -> int:
    return len((await a_key(world))["x5c"])


async def a_key(world: World) -> dict[str, Any]:
    key: dict[str, Any] = (await world.http.get(f"/{TENANT}/discovery/v2.0/keys")).json()["keys"][0]
    return key


async def of_a_code(world: World) -> int:
    return await lasts(world, 600, lambda code: world.app.redeem(code), "code")


async def of_a_refresh_token(world: World) -> int:
    return await lasts(world, 86400, lambda token: world.app.refresh(token), "refresh_token")


async def lasts(world: World, guess: int, use: Callable[[str], Awaitable[httpx.Response]], what: str) -> int:
    """Give the last second of `guess` and its neighbours in which something can be used; it is made anew for each."""
    used = []
    for later in (guess - 1, guess, guess + 1):
        world.emulator.clock_offset = 0
        made = await (world.app.sign_in(ADA) if what == "code" else world.app.tokens(ADA))
        world.emulator.clock_offset = later
        if (await use(str(made[what]))).status_code == 200:
            used.append(later)
    return max(used) + 1 if max(used) < guess else max(used)


async def groups_at_most(world: World) -> int:
    return await most_groups(world, (200, 201), response_type="code")


async def groups_in_the_fragment_at_most(world: World) -> int:
    world.allow_implicit()
    return await most_groups(world, (5, 6), response_type="id_token token")


async def most_groups(world: World, numbers: tuple[int, int], response_type: str) -> int:
    found = []
    for number in numbers:
        world.bare()
        world.join(MALLORY, number)
        if response_type == "code":
            token = await world.access_token()
        else:
            token = (await world.app.sign_in(MALLORY, response_type=response_type))["access_token"]
        if "groups" in payload(token):
            found.append(number)
    return max(found)


MEASURES: dict[str, Measure] = {
    "access token, from iat to exp": of_an_access_token,
    "ID token, from iat to exp": of_an_id_token,
    "ID token of a personal account, from iat to exp": of_a_personal_id_token,
    "from iat and nbf to the answer": backdating,
    "from the end that expires_in tells to exp": to_the_told_end,
    "from expires_in to ext_expires_in": to_the_extended_end,
    "characters of a kid": of_a_kid,
    "certificates in x5c": in_x5c,
    "life of a code": of_a_code,
    "life of a single-page application's refresh token": of_a_refresh_token,
    "groups in a token at most": groups_at_most,
    "groups in a token in the fragment at most": groups_in_the_fragment_at_most,
}


@pytest.mark.parametrize("name", MEASURES)
async def test_a_figure_is_as_recorded(
    name: str, emulator: Emulator, http: httpx.AsyncClient, app: SinglePageApp
) -> None:
    figure = FIGURES[name]
    measured = await MEASURES[name](World(emulator=emulator, http=http, app=app))
    assert figure["least"] <= measured <= figure["most"]


def test_every_figure_is_measured() -> None:
    assert FIGURES.keys() == MEASURES.keys()
