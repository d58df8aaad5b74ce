"""The commands `serve` and `init`, in this process and in one of their own."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import time
from argparse import ArgumentTypeError
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from entra_double import Emulator, EntraServer, seed
from entra_double import __main__ as command
from entra_double._cli import main
from entra_double._cli.banner import banner
from entra_double._cli.forms import address
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory
from entra_double._world.seed import FABRIKAM, SEED_FILE

from ..commands import free_port, serve, until_healthy
from ..pages import crowd


def test_a_busy_port_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    with EntraServer() as server:
        assert main(["serve", "--port", str(server.port)]) == 2
    message = f"entra-double: Port {server.port} is in use by another process; choose another one with --port.\n"
    assert capsys.readouterr().err == message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["serve", "--port", "70000"], "70000 is not a port"),
        (["serve", "--port", "abc"], "abc is not a port"),
        (["serve", "--port", "-1"], "-1 is not a port"),
        (["serve", "--host", "example.org"], "example.org is no IP address, such as 0.0.0.0"),
        (["serve", "--api-token-version", "3"], "invalid choice"),
        (["serve", "--base-url", "http://localhost:1/path"], "http://localhost:1/path is no address, such as http://"),
        (["doctor", "--url", "localhost:8400"], "localhost:8400 is no address, such as http://localhost:8400"),
        (["users", "--url", "http://[::1"], "http://[::1 is no address"),
        (["token", "ada", "--url", "http://localhost:abc"], "http://localhost:abc is no address"),
        (["users", "--control-token-file", "nope"], "nope cannot be read: No such file or directory\n"),
        (["serve", "--control-token-file", "."], ". cannot be read: Is a directory\n"),
        (["serve", "--control-token-file", os.devnull], "/dev/null: a token consists of the visible characters of"),
        (["users", "--ca", "nope.pem"], "there is no file nope.pem"),
        (["users", "--ca", __file__], f"{__file__} holds no certificate"),
        (["doctor", "--ca", str(Path(__file__).parent)], "holds no certificate"),
        (["init", ""], "'' is no name of a file"),
        (["init", "world/"], "'world/' is no name of a file"),
        ([], "command"),
        (["dance"], "invalid choice: 'dance'"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("http://foo", "foo"),
        ("https://foo", "ftp://foo"),
        ("http://bad-host", "http://bad host"),
        ("http://x:65535", "http://x:65536"),
        ("http://x:1", "http://x:0"),
        ("http://x:80", "http://x:8o"),
        ("http://x", "http://"),
        ("http://x", "http://x?"),
        ("http://x", "http://me@x"),
        ("http://a.b", "http://a..b"),
        (f"http://{'a' * 63}.b", f"http://{'a' * 64}.b"),
        ("http://[::1]:80", "http://[::1:80"),
        ("http://[2001:db8::1]", "http://[2001:db8:::1]"),
        ("http://x", "http://x//"),
    ],
)
def test_an_address_is_a_scheme_a_host_and_perhaps_a_port(good: str, bad: str) -> None:
    assert address(good) == address(f"{good}/") == good
    with pytest.raises(ArgumentTypeError, match="is no address"):
        address(bad)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"entra-double {version('entra-double')}\n")


def test_the_version_of_a_directory_files_tokens_is_said_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--directory", str(SEED_FILE), "--api-token-version", "1"]) == 2
    assert "--api-token-version is for the world without a file" in capsys.readouterr().err


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with EntraServer() as server:
        monkeypatch.setattr(sys, "argv", ["entra-double", "serve", "--port", str(server.port)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(command.__file__), run_name="__main__")
    assert ended.value.code == 2
    assert runpy.run_path(str(command.__file__))["main"] is main


def test_the_command_serves_until_it_is_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = serve("--api-token-version", "1")
    output = capsys.readouterr().out
    assert code == 0
    for expected in (
        "It is not Microsoft",
        "It listens on this machine alone",
        "http://localhost:",
        "v1.0",
        "mallory@contoso.example      not assigned (AADSTS50105)",
        "has ended",
    ):
        assert expected in output
    assert FABRIKAM.id not in output  # it has neither people nor applications


def test_sigterm_ends_it_as_ctrl_c_does(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert serve(by=signal.SIGTERM)[0] == 0
    assert "entra-double has ended." in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_process_tells_its_requests_and_ends_cleanly(ending: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-m", "entra_double", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until_healthy(f"http://127.0.0.1:{port}")
        httpx.get(f"http://localhost:{port}/nowhere?secret=1")
        started = time.monotonic()
        process.send_signal(ending)
        output, errors = process.communicate(timeout=10)
    assert time.monotonic() - started < 5
    assert (process.returncode, errors) == (0, "")
    assert "404  GET  /nowhere\n" in output
    assert "secret" not in output


def test_a_process_in_the_background_ends_too() -> None:
    """A shell without job control starts what is in the background with SIGINT ignored."""
    port = free_port()
    command = [sys.executable, "-m", "entra_double", "serve", "--port", str(port)]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            until_healthy(f"http://127.0.0.1:{port}")
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 0
    assert output.endswith("entra-double has ended.\n")


def test_many_people_and_applications_are_not_all_in_the_banner() -> None:
    text = banner(Emulator(directory=crowd(20)), address=None, files={})
    assert "and 15 more people; entra-double users lists them all" in text
    assert "more applications" not in text


def test_many_applications_are_not_all_in_the_banner() -> None:
    api = seed().applications[0]
    world = seed().put(*(replace(api, client_id=f"{n:08d}-0000-4000-a000-000000000000") for n in range(9)))
    assert "and 3 more applications" in banner(Emulator(directory=world), address=None, files={})


@pytest.mark.parametrize(("asked", "shown"), [(None, "v1.0"), (1, "v1.0"), (2, "v2.0")])
def test_the_version_of_access_tokens_is_in_the_banner(asked: Any, shown: str) -> None:
    api = next(known for known in seed().applications if known.name == "Logbook API")
    text = banner(Emulator(directory=seed().put(replace(api, access_token_version=asked))), address=None, files={})
    assert f"(access tokens {shown})" in text


def test_a_person_without_roles_is_not_called_shut_out_where_nobody_is() -> None:
    world = seed().remove(*seed().service_principals)
    assert "not assigned" not in banner(Emulator(directory=world), address=None, files={})


# A directory file


def test_a_directory_file_is_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[[tenants]]\nname = "Mine"\ndomain = "mine.example"\n[[tenants.people]]\nname = "Me"\nusername = "me"'
    )
    code, status = serve(
        "--directory",
        str(file),
        ask=lambda client: client.get("/mine.example/v2.0/.well-known/openid-configuration").status_code,
    )
    assert (code, status) == (0, 200)
    output = capsys.readouterr().out
    assert f"Directory      {file}" in output
    assert "me@mine.example" in output


def test_a_mistake_in_a_directory_file_ends_the_command_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[tenants]]\nname = "Mine"\ndomaine = "mine.example"')
    assert main(["serve", "--port", "0", "--directory", str(file)]) == 2
    said = f"entra-double: {file}:3: unknown key 'domaine' in [[tenants]]; did you mean 'domain'?\n"
    assert capsys.readouterr().err == said


def test_init_writes_a_file_that_serves_the_world_of_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "entra-double.toml"
    assert main(["init", str(file)]) == 0
    assert f"entra-double serve --directory {file}" in capsys.readouterr().out
    assert read_directory(file) == seed()


def test_what_init_writes_can_be_written_again() -> None:
    world = read_directory(SEED_FILE)
    assert read_directory("again.toml", text=write_directory(world)) == world


def test_init_leaves_a_file_that_is_there_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "entra-double.toml"
    file.write_text("mine")
    assert main(["init", str(file)]) == 1
    assert file.read_text() == "mine"
    assert "is there already, and was not changed" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "nowhere" / "file")]) == 2
    assert "cannot be written: No such file" in capsys.readouterr().err
