"""Subscriptions over real sockets, served by uvicorn and by daphne in processes of their own."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as of_tests
from django.contrib.auth.models import User
from django.test import Client
from live_clients import GRAPHQL, authorization
from scripted import ScriptedAuthority
from sign_ins import start_entra_session
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

pytestmark = pytest.mark.django_db(transaction=True)

TESTS = Path(__file__).parents[1]
ADA = "ada@contoso.example"
SERVERS = {
    "uvicorn": ["uvicorn", "live_site:application", "--log-level", "warning", "--fd"],
    "daphne": ["daphne", "live_site:application", "--verbosity", "0", "--fd"],
}
TELL_REASONS = {"uvicorn"}
"""Daphne sends the code of a close without its text."""

DATABASE = "ENGINE", "NAME", "OPTIONS", "HOST", "PORT", "USER", "PASSWORD"


class Site:
    """A server, and a browser before it."""

    def __init__(self, address: str, *, tells_reasons: bool) -> None:
        self.address, self.tells_reasons = address, tells_reasons

    def open(self, *, origin: str = "http://{}", session: Client | None = None) -> ClientConnection:
        cookie = {} if session is None else {"Cookie": f"sessionid={session.cookies['sessionid'].value}"}
        return connect(
            f"ws://{self.address}/ws/",
            origin=Origin(origin.format(self.address)),
            subprotocols=[Subprotocol(GRAPHQL)],
            additional_headers=cookie,
            open_timeout=60,
            logger=logging.Logger("a browser", logging.WARNING),  # its other lines have the token
        )

    def advance(self, seconds: int) -> None:
        self.move_clock(str(seconds))

    def move_clock(self, query: str) -> None:
        assert requests.get(f"http://{self.address}/?{query}", timeout=60).status_code == 204


@pytest.fixture(scope="module", params=SERVERS)
def served_site(request: pytest.FixtureRequest, django_db_setup: None, served: ScriptedAuthority) -> Iterator[Site]:
    database = of_tests.DATABASES["default"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "live_settings",
        "LIVE_SITE_DATABASE": json.dumps({name: database[name] for name in DATABASE}, default=str),
        "LIVE_SITE_ENTRANCE": json.dumps({**of_tests.ENTRANCE, "AUTHORITY_HOST": served.host}),
    }
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", *SERVERS[request.param], str(listening.fileno())]
        with subprocess.Popen(command, cwd=TESTS, env=environment, pass_fds=[listening.fileno()]) as server:
            try:
                yield Site("{}:{}".format(*listening.getsockname()), tells_reasons=request.param in TELL_REASONS)
            finally:
                server.terminate()
                server.wait(timeout=30)


@pytest.fixture
def site(served_site: Site) -> Site:
    served_site.move_clock("")
    return served_site


def say(browser: ClientConnection, **message: Any) -> None:
    browser.send(json.dumps(message))


def told(browser: ClientConnection) -> Any:
    return json.loads(browser.recv(timeout=30))


def subscribe(browser: ClientConnection, payload: Any = None) -> Any:
    say(browser, type="connection_init", payload=payload)
    assert told(browser) == {"type": "connection_ack"}
    say(browser, type="subscribe", id="1", payload={"query": "subscription { names }"})
    return told(browser)["payload"]


def assert_closed(browser: ClientConnection, site: Site, code: int, reason: str) -> None:
    with pytest.raises(ConnectionClosed) as refused:
        browser.recv(timeout=30)
    assert refused.value.rcvd is not None
    told = refused.value.rcvd.code, refused.value.rcvd.reason
    assert told == (code, reason if site.tells_reasons else "")


def test_a_token_opens_a_subscription_and_ends_it(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        assert subscribe(browser, authorization(authority)) == {"data": {"names": ADA}}
        site.advance(2 * 3_600)
        assert_closed(browser, site, 4401, "token_expired")


def test_a_refused_token_is_told_why(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        say(browser, type="connection_init", payload=authorization(authority, exp=int(time.time()) - 100))
        assert_closed(browser, site, 4401, "token_expired")


def test_nothing_resolves_before_connection_init(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        say(browser, type="subscribe", id="1", payload={"query": "subscription { names }"})
        assert_closed(browser, site, 4401, "Unauthorized")


def test_signing_out_elsewhere_ends_the_subscriptions_of_a_session(authority: ScriptedAuthority, site: Site) -> None:
    client = Client()
    start_entra_session(client, authority)
    with site.open(session=client) as browser:
        assert subscribe(browser) == {"data": {"names": ADA}}
        client.logout()
        site.advance(31)
        assert_closed(browser, site, 4401, "session_ended")


def test_deactivation_elsewhere_ends_subscriptions(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        assert subscribe(browser, authorization(authority)) == {"data": {"names": ADA}}
        User.objects.update(is_active=False)
        site.advance(31)
        assert_closed(browser, site, 4403, "user_disabled")


def test_another_sites_page_opens_nothing(authority: ScriptedAuthority, site: Site) -> None:
    client = Client()
    start_entra_session(client, authority)
    with pytest.raises(InvalidStatus) as refused:
        site.open(session=client, origin="https://evil.example")
    assert refused.value.response.status_code == 403


def test_a_browser_that_leaves_takes_nothing_with_it(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser, site.open() as other:
        subscribe(browser, authorization(authority))
        subscribe(other, authorization(authority))
        browser.close()
        site.advance(31)
        say(other, type="ping")
        assert told(other) == {"type": "pong"}
