"""The server that the commands of these tests ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from entra_double import EntraServer


@pytest.fixture(scope="module")
def running() -> Iterator[EntraServer]:
    with EntraServer() as server:
        yield server


@pytest.fixture
def server(running: EntraServer) -> Iterator[EntraServer]:
    yield running
    running.emulator.reset()
