"""Going back: to a snapshot, and to the start."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._tokens.memory import Bounded
from entra_double._world.directory import Directory
from entra_double._world.ids import CONSUMERS

from ..single_page_app import GRACE, TENANT, SinglePageApp, aadsts, answer
from ..worlds import change_person

ADAS = "ada@contoso.example"


async def test_a_rollback_brings_everything_back_and_works_twice(app: SinglePageApp, emulator: Emulator) -> None:
    before = str((await app.tokens())["refresh_token"])
    kept, keys = emulator.snapshot(), emulator.keys.published
    for _ in range(2):
        change_person(emulator, GRACE, name="Amazing Grace")
        emulator.clock_offset, emulator.access_token_lifetime = 60, 60
        emulator.keys.rotate()
        emulator.revoke_refresh_tokens()
        after = str((await app.tokens(GRACE))["refresh_token"])
        emulator.rollback(kept)
        again = emulator.snapshot()
        assert (again.clock_offset, again.access_token_lifetime) == (0, None)
        assert emulator.directory is kept.directory
        assert emulator.keys.published == keys
        assert (await app.refresh(before)).status_code == 200
        assert aadsts(await app.refresh(after)) == 70000
        told = answer(await app.authorize(prompt="none", login_hint="grace@contoso.example"))
        assert told["error"] == "login_required"
        assert "code" in answer(await app.authorize(prompt="none", login_hint=ADAS))


@pytest.mark.parametrize("are_made", [True, False])
def test_the_keys_of_personal_accounts_rotate_and_come_back_too(emulator: Emulator, are_made: bool) -> None:
    work = emulator.keys.published
    personal = emulator.keys_for(CONSUMERS).published if are_made else ()
    kept = emulator.snapshot()
    emulator.rotate_keys()
    assert emulator.keys.published[1:] == work
    assert emulator.published_keys(TENANT)[1][1:] == personal
    emulator.rollback(kept)
    assert emulator.keys.published == work
    assert emulator.published_keys(TENANT)[1] == personal


def test_a_copy_of_something_bounded_stays_bounded() -> None:
    full: Bounded[int, int] = Bounded(2)
    full.update({1: 1, 2: 2})
    copy = full.copy()
    copy[3] = 3
    assert (list(full), list(copy)) == ([1, 2], [2, 3])


def test_whoever_wants_to_know_is_told_of_a_change(emulator: Emulator) -> None:
    told: list[Directory] = []
    emulator.on_change = told.append
    changed = emulator.directory = replace(emulator.directory, grants=())
    assert told == [changed]


@pytest.mark.parametrize(
    ("base_url", "host"), [("https://login.example", "login.example"), ("http://localhost:8400", "localhost")]
)
def test_the_host_of_the_address_is_one_of_ours(base_url: str, host: str) -> None:
    emulator = Emulator(base_url=base_url, hosts=["graph.example"], control_token="t")
    assert emulator.hosts == {"localhost", "127.0.0.1", "[::1]", "graph.example", host}
    assert emulator.control_token == "t"
    assert emulator.instance_id != Emulator().instance_id
