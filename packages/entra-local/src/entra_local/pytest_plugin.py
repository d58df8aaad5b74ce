"""Gives pytest the fixtures; nothing of entra-local is imported before a test asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import PathLike
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from entra_local._directory import Directory
    from entra_local._emulator import Emulator
    from entra_local._entra import Entra, RunningEntra
    from entra_local._registration import AccessTokenVersion
    from entra_local._server import EntraServer
    from entra_local._signing import SigningKey

MARKER = (
    "entra(directory=None, api_token_version=None, at=None): the world that the `entra` and `entra_server` of a test "
    "begin with, as a Directory or the path of a directory file from the root of the tests; the version of its APIs' "
    "access tokens; and the moment, in seconds since 1970, that their clock begins at."
)
_SERVER, _IN_PROCESS = "entra_server", "_entra_in_process"
_TOO_LATE = (
    "entra_server was asked for by getfixturevalue after entra, entra_token or entra_forgery: these are of another "
    "emulator, with other keys. Name entra_server among the arguments of the test or of its fixtures."
)
_WISHES = ("directory", "api_token_version", "at")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def _entra_keys() -> tuple[SigningKey, ...]:
    """Keys take long to make, so the tests of a session share them."""
    from entra_local._signing import make_signing_key

    return tuple(make_signing_key() for _ in range(4))


@pytest.fixture
def entra(request: pytest.FixtureRequest) -> Entra:
    """A local Entra ID in process, as at start for each test; that of `entra_server` in a test that asks for it too."""
    from entra_local._entra import Entra, RunningEntra

    one: Entra | EntraServer = request.getfixturevalue(_SERVER if _SERVER in request.fixturenames else _IN_PROCESS)
    return one if isinstance(one, Entra) else RunningEntra(one)


@pytest.fixture
def _entra_in_process(request: pytest.FixtureRequest, _entra_keys: tuple[SigningKey, ...]) -> Iterator[Entra]:
    """No socket, no thread that stays. A server that joins it later is an error: whose tokens are these?"""
    from entra_local._emulator import Emulator
    from entra_local._entra import Entra
    from entra_local._signing import KeyRing

    emulator = Emulator(keys=KeyRing(*_entra_keys[:2]), personal_keys=KeyRing(*_entra_keys[2:]))
    _begin(emulator, request)
    yield Entra(emulator)
    _refuse_late_server(request)


@pytest.fixture
def entra_token(entra: Entra) -> Callable[..., str]:
    """Make an access token: `entra_token("grace@contoso.example")`; Ada's without a name."""
    return entra.token


@pytest.fixture
def entra_forgery(entra: Entra) -> Callable[..., str]:
    """Make a token that is to be refused: `entra_forgery("alg_none")`; `entra_local.FORGERIES` has the names."""
    return entra.forgery


@pytest.fixture(scope="session")
def _entra_running() -> Iterator[RunningEntra]:
    from entra_local._entra import RunningEntra
    from entra_local._server import EntraServer

    with EntraServer() as server:
        running = RunningEntra(server)
        running.prove()
        yield running


@pytest.fixture
def entra_server(request: pytest.FixtureRequest, _entra_running: RunningEntra) -> Iterator[RunningEntra]:
    """A local Entra ID on a free port of this machine, one for the session, as at start for each test."""
    emulator = _entra_running.emulator
    start = emulator.snapshot()
    try:
        _begin(emulator, request)
        yield _entra_running
    finally:
        emulator.rollback(start)
        emulator.requests.clear()


def _refuse_late_server(request: pytest.FixtureRequest) -> None:
    if _SERVER in request.fixturenames:
        pytest.fail(_TOO_LATE, pytrace=False)


def _begin(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """Follow the test's marker; what is not known there is an error of the test."""
    marker = request.node.get_closest_marker("entra")
    if marker is None:
        return
    if unknown := [*map(repr, marker.args), *(name for name in marker.kwargs if name not in _WISHES)]:
        pytest.fail(f"the marker entra does not know {unknown[0]}; there are {', '.join(_WISHES)}", pytrace=False)
    _follow(emulator, request.config.rootpath, **marker.kwargs)


def _follow(
    emulator: Emulator,
    root: Path,
    *,
    directory: Directory | str | PathLike[str] | None = None,
    api_token_version: AccessTokenVersion | None = None,
    at: int | None = None,
) -> None:
    if isinstance(directory, str | PathLike):
        from entra_local._directory_file.read import read_directory

        directory = read_directory(root / directory)
    if directory is not None:
        emulator.directory = directory
    if api_token_version is not None:
        emulator.use_access_token_version(api_token_version)
    if at is not None:
        emulator.clock_offset += at - emulator.now()
