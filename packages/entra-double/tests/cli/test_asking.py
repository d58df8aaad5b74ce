"""`entra-double token` and `entra-double users`: they ask a server that is running."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from entra_double import EntraServer
from entra_double._cli import main
from entra_double._world.directory_file.read import read_directory
from entra_double._world.seed import API_CLIENT_ID, DAEMON_CLIENT_ID, SITE_CLIENT_ID, SPA_CLIENT_ID, seed

from ..commands import free_port
from ..single_page_app import ADA, payload


@pytest.fixture(scope="module")
def running() -> Iterator[EntraServer]:
    with EntraServer() as server:
        yield server


@pytest.fixture
def server(running: EntraServer) -> Iterator[EntraServer]:
    yield running
    running.emulator.reset()


def ask(server: EntraServer, *arguments: str) -> int:
    return main([*arguments, "--url", server.base_url])


# users


def test_people_are_listed_with_what_tokens_would_say(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(server, "users") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Contoso (contoso.example)"
    assert lines[1].split() == ["USER", "NAME", "NAME", "ROLES", "GROUPS"]
    assert lines[3].split() == ["grace@contoso.example", "Grace", "Hopper", "Writer", "Editors,", "Everybody"]
    assert lines[5].endswith("guest")
    assert lines[6].split() == ["mallory@contoso.example", "Mallory", "Malone", "-", "-"]


def test_people_of_every_tenant_are_listed_and_the_disabled_marked(
    server: EntraServer, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = replace(seed().people[0], object_id=SPA_CLIENT_ID, tenant_id=seed().tenants[1].id, enabled=False)
    server.emulator.directory = server.emulator.directory.put(elsewhere)
    assert ask(server, "users", "LOVELACE") == 0
    output = capsys.readouterr().out
    assert output.startswith("Contoso (contoso.example)\n")
    assert "\n\nFabrikam (fabrikam.example)\n" in output
    assert "guest, disabled" in output
    assert "Grace" not in output


def test_nobody_of_that_name_is_said(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(server, "users", "nobody") == 1
    assert capsys.readouterr().err == "entra-double: there are no people with 'nobody' in the name.\n"


def test_a_list_that_is_not_read_to_its_end_is_no_error(server: EntraServer, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert ask(server, "users") == 0


# token


def test_a_token_stands_alone_on_the_output(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(server, "token", "ada") == 0
    token = capsys.readouterr().out
    assert token.count("\n") == 1
    claims = payload(token.strip())
    assert (claims["oid"], claims["azp"], claims["aud"], claims["scp"]) == (
        ADA,
        SPA_CLIENT_ID,
        API_CLIENT_ID,
        "access_as_user",
    )


def test_a_token_is_for_whom_and_of_what_version_one_likes(
    server: EntraServer, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--client", "logbook site", "--scope", f"api://{API_CLIENT_ID}/.default", "--version", "1")
    assert ask(server, "token", "GRACE@contoso.example", *options) == 0
    claims = payload(capsys.readouterr().out.strip())
    assert (claims["ver"], claims["appid"]) == ("1.0", SITE_CLIENT_ID)


def test_an_application_gets_a_token_of_its_own(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ((), ("--scope", f"{API_CLIENT_ID}/.default")):
        assert ask(server, "token", "--application", "Logbook daemon", *options) == 0
        claims = payload(capsys.readouterr().out.strip())
        assert (claims["azp"], claims["roles"]) == (DAEMON_CLIENT_ID, ["Logbook.Read.All"])


def test_a_client_by_id_asks_for_another_api(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--client", API_CLIENT_ID, "--scope", "https://graph.microsoft.com/User.Read")
    assert ask(server, "token", "ada", *options) == 0
    assert payload(capsys.readouterr().out.strip())["appid"] == API_CLIENT_ID


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "name a person, or an application"),
        (["ada", "--application", "Logbook daemon"], 2, "name a person, or an application"),
        (["--application", "Logbook daemon", "--version", "1"], 2, "--client and --version are for people's tokens"),
        (["nobody"], 1, "there is no person called 'nobody'"),
        (["ada@contoso.exampel"], 1, "did you mean 'ada@contoso.example'?"),
        (["ada", "--client", "Logbok web"], 1, "did you mean 'Logbook web'?"),
        (["mallory"], 1, "AADSTS50105"),
        (["ada", "--scope", "api://nothing/read"], 1, "AADSTS500011"),
    ],
)
def test_what_is_refused_is_said_with_its_reason(
    server: EntraServer, arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(server, "token", *arguments) == code
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


MANY = """
[[tenants]]
name = "Contoso"
domain = "contoso.example"
[[tenants.people]]
name = "Ada Lovelace"
username = "ada@one.example"
[[tenants.people]]
name = "Ada Byron"
username = "ada@two.example"
[[tenants.people]]
name = "Grace Hopper"
username = "grace"
[[tenants.applications]]
name = "First API"
scopes = ["read"]
[[tenants.applications]]
name = "Second API"
app_id_uris = ["api://second"]
scopes = ["read", "write"]
[[tenants.applications]]
name = "Daemon"
secrets = ["entra-local-not-a-secret"]
"""


def test_where_there_is_a_choice_it_has_to_be_made(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.emulator.directory = read_directory("many.toml", text=MANY)
    assert ask(server, "token", "ada") == 1
    assert "'ada' may be ada@one.example or ada@two.example" in capsys.readouterr().err
    assert ask(server, "token", "grace") == 1
    said = capsys.readouterr().err
    assert "say with `scope` for which API: " in said
    assert "/read, api://second/read, api://second/write" in said
    assert ask(server, "token", "--application", "Daemon") == 1
    assert "say with `scope` for which API" in capsys.readouterr().err
    assert ask(server, "token", "grace", "--scope", "api://second/read") == 1
    assert "no application with a redirect URI has consent for api://second/read" in capsys.readouterr().err


ORDERS = """
[[tenants]]
name = "Acme"
domain = "acme.example"
people = [{ name = "Ann", username = "ann" }]
[[tenants.applications]]
name = "Orders API"
app_id_uris = ["api://orders"]
scopes = ["read"]
[[tenants.applications]]
name = "Orders web"
spa = ["http://localhost/"]
permissions = { "Orders API" = ["read"] }
"""


def test_an_application_without_consent_is_told_what_it_lacks(
    server: EntraServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.emulator.directory = read_directory("orders.toml", text=ORDERS)
    assert ask(server, "token", "ann") == 1
    said = capsys.readouterr().err
    assert "no application with a redirect URI has consent for api://orders/read." in said
    assert "`permissions` and `admin_consent = true` in the directory file" in said
    server.emulator.directory = read_directory("orders.toml", text=f"{ORDERS}admin_consent = true")
    assert ask(server, "token", "ann") == 0


def test_without_an_api_there_is_nothing_to_ask_for(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    people_only = MANY.partition("[[tenants.applications]]")[0]
    server.emulator.directory = read_directory("people.toml", text=people_only)
    assert ask(server, "token", "grace") == 1
    assert "there is none in the directory" in capsys.readouterr().err


# The server


def test_a_server_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    assert main(["users", "--url", f"http://localhost:{port}"]) == 1
    said = capsys.readouterr().err
    assert f"http://localhost:{port} does not answer" in said
    assert f"`entra-double doctor --url http://localhost:{port}` says why" in said


def test_a_proxy_is_not_asked(server: EntraServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://localhost:{free_port()}")
    assert ask(server, "users") == 0


def test_a_server_with_https_is_asked_with_its_authority() -> None:
    with EntraServer(tls=True) as secure:
        assert ask(secure, "users", "--ca", str(secure.ca)) == 0


class _Other(BaseHTTPRequestHandler):
    health, status, body = b'{"version": "9", "instance": "it", "time": 1}', 200, b""

    def do_GET(self) -> None:
        is_health = self.path == "/health"
        self.send_response(200 if is_health else self.status)
        self.end_headers()
        self.wfile.write(self.health if is_health else self.body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"spirits = 1", "unknown key 'spirits' in the file"),
        (200, b"\xff\xfe", "Is the server of another version?"),
        (500, b"<html>", "the server answered with status 500; is it entra-double?"),
        (404, b"[]", "the server answered with status 404; is it entra-double?"),
        (403, b'{"error": "Send the header"}', "Send the header"),
    ],
)
def test_what_is_no_directory_is_said(status: int, body: bytes, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert users_of(status=status, body=body) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "health",
    [b'{"status": "well"}', b"[]", b"<html>", b'{"version": "9", "instance": "it", "time": Infinity}'],
)
def test_another_program_is_not_taken_for_it(health: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert users_of(health=health) == 1
    said = capsys.readouterr().err
    assert re.fullmatch(r"entra-double: what answers at \S+ is not entra-double \(status 200\); `.*` says why.\n", said)


def users_of(**answers: object) -> int:
    """Ask another program for its people."""
    handler = type("Handler", (_Other,), answers)
    with HTTPServer(("127.0.0.1", 0), handler) as other:
        thread = Thread(target=other.serve_forever)
        thread.start()
        code = main(["users", "--url", f"http://127.0.0.1:{other.server_port}"])
        other.shutdown()
        thread.join()
    return code
