"""Serves ``live_site`` with real servers in processes of their own, and opens WebSockets to them as a browser does."""

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as of_tests
from django.test import Client
from live_clients import GRAPHQL
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

TESTS = Path(__file__).parent
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


@contextmanager
def serving(server: str, host: str, **environment: str) -> Iterator[Site]:
    """Serve ``live_site`` in a process of its own, with the database of the test and the authority at ``host``."""
    database = of_tests.DATABASES["default"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "live_settings",
        "LIVE_SITE_DATABASE": json.dumps({name: database[name] for name in DATABASE}, default=str),
        "LIVE_SITE_ENTRANCE": json.dumps({**of_tests.ENTRANCE, "AUTHORITY_HOST": host}),
        **environment,
    }
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", *SERVERS[server], str(listening.fileno())]
        with subprocess.Popen(command, cwd=TESTS, env=environment, pass_fds=[listening.fileno()]) as process:
            try:
                yield Site("{}:{}".format(*listening.getsockname()), tells_reasons=server in TELL_REASONS)
            finally:
                process.terminate()
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise


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
