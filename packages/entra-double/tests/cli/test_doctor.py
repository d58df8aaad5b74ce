"""`entra-double doctor`: every finding has a remedy, and nothing is found where nothing is wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from entra_double import EntraServer, Outage
from entra_double._cli import main
from entra_double._cli.doctor import check_clock, check_documents, check_loopback, check_redirect_uri
from entra_double._cli.running_server import RunningServer

from ..commands import clean, free_port
from ..other_programs import program_without_http
from ..single_page_app import REDIRECT_URI


@pytest.fixture(autouse=True)
def _plain_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    clean(monkeypatch)


@pytest.fixture(scope="module")
def server() -> Iterator[EntraServer]:
    with EntraServer() as running:
        yield running


def asked(server: EntraServer) -> RunningServer:
    return RunningServer(url=server.base_url, control_token=None, ca=Path("nowhere"))


class _Other(BaseHTTPRequestHandler):
    """Another program: whatever is asked, the server's `body` comes."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(getattr(self.server, "body", b""))

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def other() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Other) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_nothing_is_in_the_way_of_a_server_that_is_well(
    server: EntraServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--url", server.base_url, "--redirect-uri", REDIRECT_URI]) == 0
    output = capsys.readouterr().out
    for expected in (
        f"ok     entra-double 0.1.0 answers at {server.base_url}, instance {server.emulator.instance_id}",
        "ok     localhost as 127.0.0.1 leads to it",
        "ok     its clock is right",
        "ok     the discovery document names it",
        f"ok     {REDIRECT_URI} is registered by 'Logbook web' (spa)",
        "No problems found.",
    ):
        assert expected in output
    assert "->" not in output


def test_a_server_that_is_not_there_is_to_be_started(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    assert main(["doctor", "--url", f"http://localhost:{port}/"]) == 1
    output = capsys.readouterr().out
    assert f"wrong  nothing listens at http://localhost:{port}\n" in output
    assert f"       -> start it: entra-double serve --port {port}\n" in output
    assert "1 problem found." in output


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}"])
def test_another_program_on_the_port_is_told_from_entra_double(
    other: HTTPServer, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    other.body = body  # type: ignore[attr-defined]
    assert main(["doctor", "--url", f"http://localhost:{other.server_port}"]) == 1
    output = capsys.readouterr().out
    assert f"what listens at http://localhost:{other.server_port} is not entra-double (status 200)" in output
    assert "-> stop it, or give entra-double another port with serve --port" in output


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b""])
@pytest.mark.parametrize("command", [["doctor"], ["users"], ["token", "ada"]])
def test_a_program_that_speaks_no_http_is_told(
    command: list[str], banner: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with program_without_http(banner) as port:
        assert main([*command, "--url", f"http://127.0.0.1:{port}"]) == 1
    said = capsys.readouterr()
    assert f"http://127.0.0.1:{port} does not answer" in said.out + said.err
    assert "the answer is not HTTP, or breaks off" in said.out + said.err


def test_a_name_that_leads_nowhere_is_to_be_entered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--url", "http://entra.invalid:8400"]) == 1
    output = capsys.readouterr().out
    assert "the name in http://entra.invalid:8400 is not known" in output
    assert "-> use localhost" in output


def test_a_name_that_the_server_does_not_answer_to_is_told(
    server: EntraServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = socket.getaddrinfo
    lead = lambda host, *rest, **more: real("127.0.0.1" if host == "entra.test" else host, *rest, **more)  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", lead)
    url = f"http://entra.test:{server.port}"
    assert main(["doctor", "--url", url]) == 1
    output = capsys.readouterr().out
    assert "entra-double does not answer to the name entra.test" in output
    assert f"-> use localhost, or start it with --base-url {url}" in output


def test_https_at_a_server_without_it_is_told(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--url", server.base_url.replace("http:", "https:")]) == 1
    output = capsys.readouterr().out
    assert "does not speak https" in output
    assert f"-> use {server.base_url}, or serve --tls" in output


def test_http_at_a_server_with_https_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with EntraServer(tls=True) as secure:
        assert main(["doctor", "--url", secure.base_url.replace("https:", "http:")]) == 1
    output = capsys.readouterr().out
    assert "does not answer" in output
    assert "-> is it http or https" in output


def test_two_programs_behind_localhost_are_told(
    server: EntraServer, monkeypatch: pytest.MonkeyPatch, other: HTTPServer
) -> None:
    health = json.loads(asked(server).get("/health").body)
    monkeypatch.setattr(
        socket, "getaddrinfo", _addresses({"localhost": ["127.0.0.1", "127.0.0.7"]}, socket.getaddrinfo)
    )
    first, second = check_loopback(asked(server), health)
    assert first.remedy is None
    assert second.says == "localhost is 127.0.0.7 too, and nothing listens there"
    assert second.remedy
    for body in (b'{"instance": "another"}', b"<html>"):
        other.body = body  # type: ignore[attr-defined]
        strange = RunningServer(url=f"http://localhost:{other.server_port}", control_token=None, ca=Path("nowhere"))
        found, *_ = list(check_loopback(strange, health))
        assert "another program listens" in found.says
        assert found.remedy == "stop one of the two: a client may be led to either"
    with program_without_http(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        strange = RunningServer(url=f"http://localhost:{port}", control_token=None, ca=Path("nowhere"))
        assert "another program listens" in next(check_loopback(strange, health)).says
    assert list(check_loopback(RunningServer(url="http://entra.test", control_token=None, ca=Path("x")), health)) == []


def _addresses(known: dict[str, list[str]], real: object) -> object:
    def answer(host: str, *rest: object, **more: object) -> list[object]:
        literals = known.get(host, [host])
        return [found for literal in literals for found in real(literal, *rest, **more)]  # type: ignore[operator]

    return answer


@pytest.mark.parametrize(("seconds", "says"), [(3600, "ahead"), (-3600, "behind")])
def test_a_clock_that_was_moved_is_told(server: EntraServer, seconds: int, says: str) -> None:
    health = {"time": 1_000_000 + seconds}
    finding = check_clock(health, 1_000_000.0)
    assert finding.says == f"its clock is 3600 seconds {says}: verifiers refuse its tokens"
    assert finding.remedy
    assert check_clock({"time": 1_000_003}, 1_000_000.0).remedy is None


def test_a_document_of_another_address_is_told(server: EntraServer) -> None:
    url = server.base_url.replace("localhost", "127.0.0.1")
    finding = check_documents(RunningServer(url=url, control_token=None, ca=Path("nowhere")))
    assert finding.says == f"the discovery document says {server.base_url}, and not {url}"
    assert finding.remedy == f"configure clients with {server.base_url}, or start it with --base-url {url}"


def test_an_outage_is_told(server: EntraServer) -> None:
    headers = {"X-Entra-Double-Control": "1"}
    outage = {"endpoint": "discovery", "kind": "garbage"}
    assert httpx.post(f"{server.base_url}/_control/outages", json=outage, headers=headers).is_success
    finding = check_documents(asked(server))
    httpx.delete(f"{server.base_url}/_control/outages", headers=headers)
    assert finding.remedy == "an outage may have been begun: DELETE /_control/outages"
    assert check_documents(asked(server)).remedy is None


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("down", "the answer is not HTTP, or breaks off"),
        ("unavailable", "status 503"),
        ("throttled", "status 429"),
        ("redirect", "status 302"),
        ("huge", "status 200"),
        ("dripping", "the answer is not whole after 0.5 seconds"),
        ("slow", "the answer is not whole after 0.5 seconds"),
    ],
)
def test_an_outage_of_every_kind_is_told_in_time(server: EntraServer, kind: Any, says: str) -> None:
    begun = server.emulator.outages.begin(Outage(endpoint="discovery", kind=kind, seconds=0.1 + (kind == "slow")))
    finding = check_documents(replace(asked(server), patience=0.5))
    server.emulator.outages.end(begun)
    assert finding.says == f"the discovery document is not there ({says})"
    assert finding.remedy == "an outage may have been begun: DELETE /_control/outages"


def test_a_redirect_uri_that_nobody_has_registered_is_told(server: EntraServer) -> None:
    finding = check_redirect_uri(asked(server), "http://localhost:3000/redirect.htm")
    assert "no application has registered http://localhost:3000/redirect.htm" in finding.says
    assert "did you mean 'http://localhost/redirect.html'?" in finding.says
    assert "AADSTS50011" in str(finding.remedy)


def test_a_directory_behind_a_control_token_is_told() -> None:
    with EntraServer(control_token="hush") as closed:
        shut = check_redirect_uri(asked(closed), REDIRECT_URI)
        opened = check_redirect_uri(
            RunningServer(url=closed.base_url, control_token="hush", ca=Path("nowhere")), REDIRECT_URI
        )
    assert shut.remedy == "give the control token"
    assert opened.remedy is None
