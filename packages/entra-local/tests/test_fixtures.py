"""The fixtures, as a project that has installed entra-local gets them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import jwt
import pytest
from entra_local import EntraServer
from entra_local._entra import Entra


def version_of(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["ver"])


def test_an_entra_without_wishes_is_of_version_2(entra_token: Callable[..., str]) -> None:
    assert version_of(entra_token()) == "2.0"


@pytest.mark.entra(api_token_version=1)
def test_a_mark_tells_what_the_entra_is_to_be(entra_token: Callable[..., str]) -> None:
    assert version_of(entra_token("grace@contoso.example")) == "1.0"


def test_the_token_is_of_the_same_entra(entra: Entra, entra_token: Callable[..., str]) -> None:
    keys = entra.fetch(f"{entra.base_url}/c0470500-0000-4000-a000-000000000001/discovery/v2.0/keys")
    assert jwt.get_unverified_header(entra_token())["kid"].encode() in keys


@pytest.mark.parametrize("ahead", [5, 50])
def test_the_server_is_as_at_start(entra_server: EntraServer, ahead: int) -> None:
    assert entra_server.emulator.clock_offset == 0
    entra_server.emulator.clock_offset = ahead
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"{entra_server.base_url}/health").status_code == 200
