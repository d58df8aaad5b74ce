"""Bearer tokens over HTTP through WSGI and ASGI, in views of each framework; the attacks are in ``bearer_attacks``."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bearer_attacks import *  # noqa: F403  # the tests of every door
from bearer_attacks import ADA, GRACE, grace
from door_urls import CALLS
from every_door import Door
from scripted import ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer

pytestmark = pytest.mark.django_db

VIEWS = ["/view/", "/aview/", "/class/", "/aclass/", "/rest/", "/ninja/sync", "/ninja/async"]
GRAPHQL = ["/graphql/", "/agraphql/"]


@pytest.fixture(autouse=True)
def served(authority: ScriptedAuthority, settings: Any) -> Iterator[list[str]]:
    settings.ROOT_URLCONF = "door_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    CALLS.clear()
    yield CALLS
    CALLS.clear()


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param](enforce_csrf_checks=True)


@pytest.fixture(params=[*VIEWS, *GRAPHQL])
def door(request: pytest.FixtureRequest, client: Any) -> Door:
    return Door(client, request.param)


def test_a_preflight_needs_no_token(authority: ScriptedAuthority, client: Any) -> None:
    """550."""
    headers = {"origin": "https://app.example", "access-control-request-method": "GET"}
    assert client.options("/class/", headers=headers).status_code == 200
    assert client.options("/aclass/", headers=headers).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_callers_at_once_are_never_mixed_up(authority: ScriptedAuthority) -> None:
    """561, 648: threads and event loops."""
    headers = {ADA: bearer(authority), GRACE: {"authorization": f"Bearer {grace(authority)}"}}
    for user, header in headers.items():
        assert SERVERS["wsgi"]().get("/view/", headers=header).json()["user"] == user
    places = [*VIEWS, *GRAPHQL]

    def ask(number: int) -> bool:
        user = (ADA, GRACE)[number % 2]
        client = SERVERS[("wsgi", "asgi")[number // 2 % 2]]()
        told: str = Door(client, places[number % len(places)]).get(headers=headers[user]).told["user"]
        return told == user

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(100)))
