from collections.abc import Iterator
from typing import Any

import pytest
from browsing import browser
from django_entrance.entra import reachable
from entra_double import RunningEntra
from many_groups import settings_for
from scripted import ScriptedAuthority
from scripted_microsoft import ScriptedMicrosoft, scripted_microsoft
from servers import SERVERS


@pytest.fixture(params=SERVERS)
def door(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> str:
    """The side of the project that browsers meet.

    ASGI writes events in a thread of its own, which would wait for the transaction of a test.
    """
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    return str(request.param)


@pytest.fixture
def visitor(door: str) -> Any:
    """The browser of a person."""
    return SERVERS[door]()


@pytest.fixture
def strict_visitor(door: str) -> Any:
    """A browser whose requests need CSRF tokens, as they do outside tests."""
    return SERVERS[door](enforce_csrf_checks=True)


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    """A project with page sign-in at entra-double."""
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server.base_url, ACCESS=None, KEEP_EVENTS=0)
    return entra_server


@pytest.fixture
def microsoft(settings: Any) -> Iterator[ScriptedMicrosoft]:
    """A project with page sign-in at an authority that the test scripts."""
    with scripted_microsoft() as scripted:
        settings.DEBUG = True
        settings.ENTRANCE = scripted.whole_settings()
        yield scripted


@pytest.fixture(params=SERVERS)
def any_client(request: pytest.FixtureRequest) -> Any:
    """A browser at our site, under WSGI and under ASGI."""
    return browser(request.param)


@pytest.fixture(autouse=True)
def nothing_is_known_to_be_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "seen", {})
    monkeypatch.setattr(reachable, "asking", {})
