"""How commands reach a running server, and what they say when they do not."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from entra_double import EntraServer
from entra_double._cli import main
from entra_double._cli.running_server import RunningServer

from ..commands import ask, free_port

VARIABLE, OPTION = "ENTRA_DOUBLE_CONTROL_TOKEN", "--control-token-file"


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


def test_a_running_server_is_asked_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text("hush\n")
    with EntraServer(control_token="hush") as closed:
        users = ["users", "--url", closed.base_url]
        assert main(users) == 1
        assert capsys.readouterr().err == (
            f"entra-double: the server requires its control token: give it by {VARIABLE} or {OPTION}.\n"
        )
        assert main([*users, OPTION, str(file)]) == 0
        monkeypatch.setenv(VARIABLE, "hush")
        assert main(users) == 0
        monkeypatch.setenv(VARIABLE, "loud")
        assert main(users) == 1


def test_one_that_the_server_does_not_have_is_to_be_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "hush")
    with EntraServer() as server:
        assert main(["users", "--url", server.base_url]) == 1
    assert capsys.readouterr().err == (
        f"entra-double: the server was started without a control token: leave out {VARIABLE} and {OPTION}.\n"
    )


@pytest.mark.parametrize(
    ("url", "port"), [("http://localhost", 80), ("https://localhost", 443), ("https://localhost:8400", 8400)]
)
def test_an_address_without_a_port_means_the_usual_one(url: str, port: int) -> None:
    assert RunningServer(url=url, control_token=None, ca=Path("nowhere")).port == port
