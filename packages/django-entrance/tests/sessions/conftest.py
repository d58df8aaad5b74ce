from typing import Any

import pytest
from scripted import ScriptedAuthority
from web_doors import WEB_DOORS, Browser


@pytest.fixture(params=WEB_DOORS)
def door(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> str:
    """The side of the project that browsers meet.

    ASGI writes events in a thread of its own, which would wait for the transaction of a test.
    """
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    return str(request.param)


@pytest.fixture
def visitor(door: str) -> Browser:
    """The browser of a person."""
    return Browser(door)


@pytest.fixture
def strict_visitor(door: str) -> Browser:
    """A browser whose requests need CSRF tokens, as they do outside tests."""
    return Browser(door, checks_csrf=True)
