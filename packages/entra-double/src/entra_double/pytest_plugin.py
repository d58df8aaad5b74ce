"""The fixtures and the marker for pytest; nothing else of entra-double is imported before a test uses them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from entra_double._testing.entra import Entra, RunningEntra
    from entra_double._testing.server import EntraServer
    from entra_double._tokens.emulator import Emulator
    from entra_double._tokens.signing import SigningKey
    from entra_double._world.directory import Directory
    from entra_double._world.registration import AccessTokenVersion

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
_ANOTHER_RUNS = (
    "an EntraServer runs that neither entra-double nor a fixture entra_server has started: entra, entra_token and "
    "entra_forgery are of another emulator, with other keys. Name the fixture that starts it entra_server."
)
_TWO_EMULATORS = "entra and entra_server are two emulators here, with other keys: define one, and the other follows."
_NOT_FOLLOWED = (
    "nothing follows the marker entra in this test, as its entra_server or entra is the project's own. "
    "Ask for entra too, which is your entra_server and follows the marker."
)
_ARGUMENTS = ("directory", "api_token_version", "at")
_HELD = pytest.StashKey["Emulator"]()
"""The emulator that the plugin has reset for a test."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def _entra_keys() -> tuple[SigningKey, ...]:
    """Share the keys between the tests of a session, since they take long to make."""
    from entra_double._tokens.signing import make_signing_key

    return tuple(make_signing_key() for _ in range(4))


def pytest_runtest_call(item: pytest.Item) -> None:
    """Check, once all fixtures are set up, that the test has one emulator, and that its marker is applied."""
    values = getattr(item, "funcargs", {})
    emulators = {name: getattr(values[name], "emulator", None) for name in ("entra", _SERVER) if name in values}
    _fail(problem_of(emulators, item.stash.get(_HELD, None), is_marked=item.get_closest_marker("entra") is not None))


def problem_of(emulators: Mapping[str, object], held: Emulator | None, *, is_marked: bool) -> str | None:
    """Return what is wrong with the emulators of a test.

    Args:
        emulators: Fixture → its emulator.
        held: The emulator that the plugin has reset for the test.
    """
    if len(set(emulators.values())) > 1:
        return _TWO_EMULATORS
    if is_marked and emulators and held is None:
        return _NOT_FOLLOWED
    is_alone = held is not None and "entra" in emulators and _SERVER not in emulators
    return _ANOTHER_RUNS if is_alone and not _is_only(held) else None


def _is_only(held: object) -> bool:
    """Return whether no server of the project runs, except for one that serves this emulator."""
    from entra_double._testing.server import EntraServer

    return not EntraServer.running or held in EntraServer.running


def late_problem_of(names: Collection[str]) -> str | None:
    """Return what is wrong if a server has started beside an emulator in process; `names` are the test's fixtures."""
    if _SERVER in names:
        return _TOO_LATE
    return None if _is_only(None) else _ANOTHER_RUNS


def _fail(problem: str | None) -> None:
    if problem:
        pytest.fail(problem, pytrace=False)


@pytest.fixture
def entra(request: pytest.FixtureRequest) -> Iterator[Entra]:
    """A local Entra ID in process, reset for each test; in a test with `entra_server`, the same as that."""
    from entra_double._testing.entra import Entra, RunningEntra
    from entra_double._testing.server import EntraServer

    is_served = _SERVER in request.fixturenames or EntraServer.running
    one: Entra | EntraServer = request.getfixturevalue(_SERVER if is_served else _IN_PROCESS)
    held = one if isinstance(one, Entra) else RunningEntra(one)
    if request.node.stash.get(_HELD, None) is held.emulator:
        yield held
        return
    with _rolled_back(held.emulator, request):
        yield held


@pytest.fixture
def _entra_in_process(request: pytest.FixtureRequest, _entra_keys: tuple[SigningKey, ...]) -> Iterator[Entra]:
    """The emulator without a socket. A server that starts later is an error: there would be tokens of two emulators."""
    from entra_double._testing.entra import Entra
    from entra_double._tokens.emulator import Emulator
    from entra_double._tokens.signing import KeyRing

    emulator = Emulator(keys=KeyRing(*_entra_keys[:2]), personal_keys=KeyRing(*_entra_keys[2:]))
    _apply_markers(emulator, request)
    yield Entra(emulator)
    _fail(late_problem_of(request.fixturenames))


@pytest.fixture
def entra_token(entra: Entra) -> Callable[..., str]:
    """Make an access token: `entra_token("grace@contoso.example")`; Ada's without a name."""
    return entra.token


@pytest.fixture
def entra_forgery(entra: Entra) -> Callable[..., str]:
    """Make a token that an API must refuse: `entra_forgery("alg_none")`; `entra_double.FORGERIES` has the names."""
    return entra.forgery


@pytest.fixture(scope="session")
def _entra_running() -> Iterator[RunningEntra]:
    from entra_double._testing.entra import RunningEntra
    from entra_double._testing.server import EntraServer

    with EntraServer() as server:
        EntraServer.running.discard(server.emulator)
        running = RunningEntra(server)
        running.prove()
        yield running


@pytest.fixture
def entra_server(request: pytest.FixtureRequest, _entra_running: RunningEntra) -> Iterator[RunningEntra]:
    """A local Entra ID on a free port of this machine, one for the session, reset for each test."""
    with _rolled_back(_entra_running.emulator, request):
        yield _entra_running


@contextmanager
def _rolled_back(emulator: Emulator, request: pytest.FixtureRequest) -> Iterator[None]:
    """Apply the markers of a test, and undo afterwards what it does to a shared server."""
    start = emulator.snapshot()
    try:
        _apply_markers(emulator, request)
        yield
    finally:
        emulator.rollback(start)
        emulator.requests.clear()


def _apply_markers(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """Apply the test's markers, the nearest first; invalid arguments fail the test."""
    request.node.stash[_HELD] = emulator
    marks = [(mark.args, mark.kwargs) for mark in request.node.iter_markers("entra")]
    _fail(problem_with(marks))
    arguments: dict[str, Any] = {name: value for _, kwargs in reversed(marks) for name, value in kwargs.items()}
    _configure(emulator, request.config.rootpath, **arguments)


def problem_with(marks: Iterable[tuple[tuple[object, ...], Mapping[str, object]]]) -> str | None:
    """Return what is wrong with the positional and named arguments of a test's markers."""
    for args, kwargs in marks:
        if unknown := [*map(repr, args), *(name for name in kwargs if name not in _ARGUMENTS)]:
            return f"the marker entra does not know {unknown[0]}; there are {', '.join(_ARGUMENTS)}"
        version, at = kwargs.get("api_token_version"), kwargs.get("at")
        if version not in (None, 1, 2):
            return f"the marker entra: api_token_version is 1 or 2, not {version!r}"
        if at is not None and type(at) is not int:
            return f"the marker entra: at is a whole number of seconds since 1970, not {at!r}"
    return None


def _configure(
    emulator: Emulator,
    root: Path,
    *,
    directory: Directory | str | PathLike[str] | None = None,
    api_token_version: AccessTokenVersion | None = None,
    at: int | None = None,
) -> None:
    if isinstance(directory, str | PathLike):
        from entra_double._world.directory_file.read import read_directory

        directory = read_directory(root / directory)
    if directory is not None:
        emulator.directory = directory
    if api_token_version is not None:
        emulator.use_access_token_version(api_token_version)
    if at is not None:
        emulator.clock_offset += at - emulator.now()
