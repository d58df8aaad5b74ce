"""REST framework and Ninja before real servers, over sockets: signed in, refused, and while an authority is down."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as of_tests
from scripted import OTHER_TENANT, ScriptedAuthority, claims_v2, token
from sign_ins import bearer, expired

pytestmark = pytest.mark.django_db(transaction=True)

TESTS = Path(__file__).parents[1]
ADA = "ada@contoso.example"
AWAY = "http://localhost:9"
"""No authority listens there."""

SERVERS: dict[str, Callable[[int], list[str]]] = {
    "uvicorn": lambda fd: ["uvicorn", "served_site:application", "--log-level", "warning", "--fd", str(fd)],
    "daphne": lambda fd: ["daphne", "served_site:application", "--verbosity", "0", "--fd", str(fd)],
    "gunicorn": lambda fd: ["gunicorn", "served_site:wsgi", "--log-level", "warning", "--bind", f"fd://{fd}"],
}
VIEWS = ["/rest/", "/ninja/sync", "/ninja/async"]
DATABASE = "ENGINE", "NAME", "OPTIONS", "HOST", "PORT", "USER", "PASSWORD"


@pytest.fixture(scope="module", params=SERVERS)
def address(request: pytest.FixtureRequest, django_db_setup: None, served: ScriptedAuthority) -> Iterator[str]:
    """Serve the site, which trusts a second authority that is down."""
    database, usual = of_tests.DATABASES["default"], dict(of_tests.ENTRANCE)
    tenants = {"here": {"AUTHORITY_HOST": served.host}, "away": {"AUTHORITY_HOST": AWAY, "TENANT_ID": OTHER_TENANT}}
    authorities = {name: usual | own for name, own in tenants.items()}
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "served_settings",
        "LIVE_SITE_DATABASE": json.dumps({name: database[name] for name in DATABASE}, default=str),
        "LIVE_SITE_ENTRANCE": json.dumps({"AUTHORITIES": authorities}),
    }
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", *SERVERS[request.param](listening.fileno())]
        with subprocess.Popen(command, cwd=TESTS, env=environment, pass_fds=[listening.fileno()]) as server:
            try:
                yield "http://{}:{}".format(*listening.getsockname())
            finally:
                server.terminate()
                server.wait(timeout=30)


def ask(address: str, method: str = "get", **sent: Any) -> requests.Response:
    return requests.request(method, address, timeout=60, **sent)


@pytest.mark.parametrize("view", VIEWS)
def test_signed_in_refused_and_outage(authority: ScriptedAuthority, address: str, view: str) -> None:
    place = address + view
    assert ask(place, headers=bearer(authority)).json() == {"user": ADA, "door": "bearer"}
    assert ask(place, "post", headers=bearer(authority)).json() == {"user": ADA, "door": "bearer"}

    refused = ask(place, headers=expired(authority))
    assert (refused.status_code, refused.json()["reason"]) == (401, "token_expired")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    assert ask(place, headers={"authorization": "Bearer a,Bearer b"}).json()["reason"] == "authorization_malformed"

    away = claims_v2(host=AWAY, tid=OTHER_TENANT, iss=f"{AWAY}/{OTHER_TENANT}/v2.0", now=int(time.time()))
    outage = ask(place, headers={"authorization": f"Bearer {token(away)}"})
    assert (outage.status_code, outage.json()["reason"]) == (503, "authority_unreachable")
    assert int(outage.headers["Retry-After"]) > 0
    assert ask(place, headers=bearer(authority)).status_code == 200


@pytest.mark.parametrize("view", VIEWS)
def test_a_session_and_its_csrf_token(authority: ScriptedAuthority, address: str, view: str) -> None:
    exchanged = ask(f"{address}/entrance/session/", "post", headers=bearer(authority))
    assert exchanged.status_code == 200, exchanged.text
    cookie = f"sessionid={exchanged.cookies['sessionid']}; csrftoken={'a' * 32}"
    place = address + view
    assert ask(place, headers={"cookie": cookie}).json() == {"user": ADA, "door": "session"}
    assert ask(place, "post", headers={"cookie": cookie}).status_code == 403
    named = {"cookie": cookie, "x-csrftoken": "a" * 32, "origin": address}
    assert ask(place, "post", headers=named).json() == {"user": ADA, "door": "session"}


def test_two_headers_are_neither_of_them(authority: ScriptedAuthority, address: str) -> None:
    """Each server joins them with a comma."""
    text = bearer(authority)["authorization"]
    host, port = address.removeprefix("http://").split(":")
    asked = f"GET /rest/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: {text}\r\nAuthorization: {text}\r\n"
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"{asked}Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.split(b" ", 2)[1] == b"400"
    assert b"authorization_malformed" in answer
