"""`entra-double serve`: how it starts and ends, and where its directory comes from."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from entra_double import EntraServer
from entra_double._cli import main
from entra_double._world.database import DirectoryStore
from entra_double._world.seed import CONTOSO, FABRIKAM, SEED_FILE

from ..commands import free_port, serve, until_healthy
from ..single_page_app import ADA, TENANT

ISSUER = f"/{TENANT}/v2.0/.well-known/openid-configuration"


def test_a_busy_port_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    with EntraServer() as server:
        assert main(["serve", "--port", str(server.port)]) == 2
    message = f"entra-double: Port {server.port} is in use by another process; choose another one with --port.\n"
    assert capsys.readouterr().err == message


def test_the_version_of_a_directory_files_tokens_is_said_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--directory", str(SEED_FILE), "--api-token-version", "1"]) == 2
    assert "--api-token-version is for the built-in directory" in capsys.readouterr().err


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


def test_a_database_keeps_changes_and_has_the_last_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database, file = tmp_path / "world.sqlite3", tmp_path / "other.toml"
    file.write_text('[[tenants]]\nname = "Other"\ndomain = "other.example"')

    def revoke(client: httpx.Client) -> int:
        headers = {"X-Entra-Double-Control": "1"}
        return client.post("/_control/revoke", json={"person": "ada@contoso.example"}, headers=headers).status_code

    assert serve("--database", str(database), ask=revoke) == (0, 204)
    assert f"Database       {database} (new)" in capsys.readouterr().out
    code, status = serve(
        "--database", str(database), "--directory", str(file), ask=lambda client: client.get(ISSUER).status_code
    )
    assert (code, status) == (0, 200)
    assert f"{file} (not read: the database has its own)" in capsys.readouterr().out
    store = DirectoryStore(database)
    saved = store.load()
    store.close()
    assert saved
    ada = saved.person(CONTOSO, ADA)
    assert ada
    assert ada.valid_from > 0


def test_a_file_that_is_no_database_ends_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter").write_text("Dear Ada, " * 100)
    assert main(["serve", "--port", "0", "--database", str(tmp_path / "letter")]) == 2
    assert "cannot be used as the database" in capsys.readouterr().err
    store = DirectoryStore(tmp_path / "broken")
    store._connection.execute("INSERT INTO things VALUES ('spirits', '1', 0, '{}')")
    store.close()
    assert main(["serve", "--port", "0", "--database", str(tmp_path / "broken")]) == 2
    assert "holds what is no directory" in capsys.readouterr().err


@pytest.mark.parametrize("is_there", [False, True])
def test_a_command_that_cannot_begin_leaves_no_database(
    is_there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database, file = tmp_path / "world.sqlite3", tmp_path / "bad.toml"
    file.write_text("spirits = 1")
    if is_there:
        DirectoryStore(database).close()
    assert main(["serve", "--port", "0", "--database", str(database), "--directory", str(file)]) == 2
    assert "unknown key 'spirits'" in capsys.readouterr().err
    assert database.exists() == is_there
    assert list(tmp_path.glob("*.sqlite3-*")) == []
