"""Every cause of a refusal, through views of each framework, sync and async, under WSGI and ASGI."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from door_urls import CALLS
from every_cause import *  # noqa: F403  # the tests of every cause
from every_door import Door
from scripted import ScriptedAuthority
from servers import SERVERS

pytestmark = pytest.mark.django_db

PLACES = ["view", "aview", "decorated", "adecorated", "rest", "ninja/sync", "ninja/async", "graphql", "agraphql"]
PROBLEMS = "django_entrance.contrib.rest_framework.problems.exception_handler"


@pytest.fixture(autouse=True)
def served(authority: ScriptedAuthority, settings: Any) -> Iterator[list[str]]:
    settings.ROOT_URLCONF = "every_cause_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0, "AUTHENTICATION_CONTEXTS": {"delete": "c1"}}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"EXCEPTION_HANDLER": PROBLEMS}
    CALLS.clear()
    yield CALLS
    CALLS.clear()


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param]()


@pytest.fixture(params=PLACES)
def guarded(request: pytest.FixtureRequest, client: Any) -> Callable[[str], Door]:
    return lambda needs: Door(client, f"/{request.param}/{needs}/")
