"""Gives pytest the fixtures; nothing of entra-local is imported before a test asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from entra_local import EntraServer
    from entra_local._entra import Entra
    from entra_local._signing import SigningKey

MARKER = "entra(api_token_version=2): how the `entra` of a test is to be"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def _entra_keys() -> tuple[SigningKey, ...]:
    """Keys take long to make, so the tests of a session share them."""
    from entra_local._signing import make_signing_key

    return make_signing_key(), make_signing_key()


@pytest.fixture
def entra(request: pytest.FixtureRequest, _entra_keys: tuple[SigningKey, ...]) -> Entra:
    """A local Entra ID in process, as at start for each test: no socket, no thread that stays."""
    from entra_local import Emulator, seed
    from entra_local._entra import Entra
    from entra_local._signing import KeyRing

    marker = request.node.get_closest_marker("entra")
    wishes = marker.kwargs if marker else {}
    return Entra(Emulator(directory=seed(**wishes), keys=KeyRing(*_entra_keys)))


@pytest.fixture
def entra_token(entra: Entra) -> Callable[..., str]:
    """Make an access token: `entra_token("grace@contoso.example")`; Ada's without a name."""
    return entra.token


@pytest.fixture(scope="session")
def _entra_running() -> Iterator[EntraServer]:
    from entra_local import EntraServer

    with EntraServer() as server:
        yield server


@pytest.fixture
def entra_server(_entra_running: EntraServer) -> Iterator[EntraServer]:
    """A local Entra ID on a free port of this machine, one for the session, as at start for each test."""
    _entra_running.emulator.reset()
    yield _entra_running
    _entra_running.emulator.reset()
