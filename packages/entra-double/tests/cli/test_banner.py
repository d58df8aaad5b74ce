"""What `serve` prints of the directory at start."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from entra_double import Emulator, seed
from entra_double._cli.banner import banner

from ..pages import crowd


def test_many_people_and_applications_are_not_all_in_the_banner() -> None:
    text = banner(Emulator(directory=crowd(20)), address=None, files={})
    assert "and 15 more people; entra-double users lists them all" in text
    assert "more applications" not in text


def test_many_applications_are_not_all_in_the_banner() -> None:
    api = seed().applications[0]
    world = seed().put(*(replace(api, client_id=f"{n:08d}-0000-4000-a000-000000000000") for n in range(9)))
    assert "and 4 more applications" in banner(Emulator(directory=world), address=None, files={})


@pytest.mark.parametrize(("asked", "shown"), [(None, "v1.0"), (1, "v1.0"), (2, "v2.0")])
def test_the_version_of_access_tokens_is_in_the_banner(asked: Any, shown: str) -> None:
    api = next(known for known in seed().applications if known.name == "Logbook API")
    text = banner(Emulator(directory=seed().put(replace(api, access_token_version=asked))), address=None, files={})
    assert f"(access tokens {shown})" in text


def test_a_person_without_roles_is_not_called_shut_out_where_nobody_is() -> None:
    world = seed().remove(*seed().service_principals)
    assert "not assigned" not in banner(Emulator(directory=world), address=None, files={})
