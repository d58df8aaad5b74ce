"""`entra-double serve` at other addresses, and over https."""

from __future__ import annotations

import errno
import re
import shlex
import socket
from pathlib import Path

import httpx
import pytest
from entra_double._cli import main, make_parser
from entra_double._cli.authorities import authority_for
from entra_double._cli.serve import _base_url as base_url

from ..commands import serve
from ..single_page_app import TENANT

ISSUER = f"/{TENANT}/v2.0/.well-known/openid-configuration"


def test_another_host_demands_a_control_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    assert (
        "--host 0.0.0.0 is reached from other machines: set ENTRA_DOUBLE_CONTROL_TOKEN, or add"
        in capsys.readouterr().err
    )


def test_another_host_is_warned_of_and_its_control_interface_asks_for_the_token(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("hush")

    def reset(client: httpx.Client) -> list[int]:
        headers = ({"X-Entra-Double-Control": value} for value in ("1", "hush"))
        return [client.post("/_control/reset", headers=each).status_code for each in headers]

    code, statuses = serve("--host", "0.0.0.0", "--control-token-file", str(file), ask=reset)
    assert (code, statuses) == (0, [403, 204])
    said = capsys.readouterr()
    assert "It listens on 0.0.0.0." in said.out
    assert "WARNING: everybody who reaches 0.0.0.0 can sign in as anybody" in said.err
    assert "hush" not in said.out + said.err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_by_name_or_address_needs_no_token(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, issuer = serve("--host", host, ask=lambda client: client.get(ISSUER).json()["issuer"])
    assert code == 0
    assert str(issuer).startswith("http://localhost:")
    assert "WARNING" not in capsys.readouterr().err


def test_an_address_that_this_machine_does_not_have_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTRA_DOUBLE_CONTROL_TOKEN", "t")
    assert main(["serve", "--port", "0", "--host", "2001:db8::1"]) == 2
    assert "2001:db8::1 is no address of this machine; give one to --host that it has." in capsys.readouterr().err


def test_a_port_that_this_user_may_not_open_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("socket.socket", Guarded)
    for host in ([], ["--host", "127.0.0.1"]):
        assert main(["serve", "--port", "80", *host]) == 2
        said = "entra-double: This user may not open port 80; choose one from 1024 on with --port.\n"
        assert capsys.readouterr().err == said


class Guarded(socket.socket):
    """A socket as it is for a user who may not open the first ports; for root there is none that is closed."""

    def bind(self, address: object) -> None:
        raise PermissionError(errno.EACCES, f"{address} is guarded")


@pytest.mark.parametrize(
    ("host", "known_as"),
    [("127.0.0.2", "http://127.0.0.2:1"), ("2001:db8::1", "http://[2001:db8::1]:1"), ("::", "http://localhost:1")],
)
def test_an_address_of_its_own_is_what_clients_use(host: str, known_as: str) -> None:
    options = make_parser().parse_args(["serve", "--host", host])
    assert base_url(options, 1) == known_as


def test_issuers_are_made_of_the_address_that_clients_use() -> None:
    def issuer(client: httpx.Client) -> object:
        return client.get(ISSUER, headers={"Host": "entra.test"}).json()["issuer"]

    assert serve("--base-url", "http://entra.test:8400/", ask=issuer) == (0, f"http://entra.test:8400/{TENANT}/v2.0")


@pytest.mark.parametrize(
    ("options", "names", "folder"),
    [
        ([], "localhost", ""),
        (["--base-url", "https://entra.test"], "entra.test", "entra.test"),
        (["--host", "0.0.0.0"], "localhost", ""),
        (
            ["--host", "0.0.0.0", "--base-url", "https://entra.test"],
            "entra.test",
            "entra.test",
        ),
    ],
)
def test_tls_prints_what_makes_clients_trust_it(
    options: list[str],
    names: str,
    folder: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("ENTRA_DOUBLE_CONTROL_TOKEN", "hush")
    assert serve("--tls", *options, scheme="https")[0] == 0
    ca = tmp_path / "entra-double" / folder / "ca.pem"
    output = capsys.readouterr().out
    assert f"Its authority  {ca}, for {names} only." in output
    assert f"export REQUESTS_CA_BUNDLE={ca}" in output


def test_where_no_authority_can_be_kept_the_command_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert main(["serve", "--port", "0", "--tls"]) == 2
    said = f"{tmp_path / 'file' / 'entra-double'} cannot keep the authority: Not a directory; set XDG_STATE_HOME.\n"
    assert capsys.readouterr().err == f"entra-double: {said}"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "entra-double").mkdir()
    for name in ("ca.pem", "ca.key"):
        (tmp_path / "entra-double" / name).write_text("torn")
    assert main(["serve", "--port", "0", "--tls"]) == 2
    said = f"{tmp_path / 'entra-double'} holds no valid authority: delete it, and another one is made.\n"
    assert capsys.readouterr().err == f"entra-double: {said}"


def test_the_page_about_containers_names_the_file_that_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[4] / "docs" / "entra-double" / "commands.md").read_text(encoding="utf-8")
    [command] = re.findall(r"command: entra-double serve (.*)", page)
    options = make_parser().parse_args(["serve", *shlex.split(command)])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("ENTRA_DOUBLE_CONTROL_TOKEN", "hush")
    code, issuer = serve(
        *("--host", options.host, "--base-url", options.base_url, "--tls"),
        ask=lambda client: client.get(ISSUER).json()["issuer"],
        scheme="https",
    )
    assert (code, issuer) == (0, f"{options.base_url}/{TENANT}/v2.0")
    [trusted] = re.findall(r"SSL_CERT_FILE: /state/(\S+)", page)
    assert (tmp_path / trusted).is_file()
    [url] = re.findall(r"healthcheck:\n +test: \[CMD, entra-double, users, --url, \"(.*)\"\]", page)
    assert (url, authority_for(url)) == (options.base_url, tmp_path / trusted)
