from collections.abc import Iterator
from typing import Any

import pytest
from browsing import DOORS, browser
from django_entrance.entra import reachable
from entra_double import RunningEntra
from many_groups import settings_for
from scripted_microsoft import ScriptedMicrosoft, scripted_microsoft


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


@pytest.fixture(params=sorted(DOORS))
def any_client(request: pytest.FixtureRequest) -> Any:
    """A browser at our site, under WSGI and under ASGI."""
    return browser(request.param)


@pytest.fixture(autouse=True)
def nothing_is_known_to_be_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "seen", {})
