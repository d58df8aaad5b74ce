"""The control token comes from a file or the environment, never from what the list of processes shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from entra_double import EntraServer
from entra_double._cli import main, make_parser
from entra_double._cli.options import CommandError, control_token_of

VARIABLE, OPTION = "ENTRA_DOUBLE_CONTROL_TOKEN", "--control-token-file"
WHAT_A_TOKEN_IS = "a token consists of the visible characters of ASCII, without a space"


def token_of(*options: str) -> str | None:
    return control_token_of(make_parser().parse_args(["users", *options]))


@pytest.mark.parametrize("command", [["serve"], ["users"], ["token"], ["doctor"]])
@pytest.mark.parametrize(
    "given", [["--control-token"], ["--control-token", "hush"], ["--control-token=hush"], ["--control-token", "hú sh"]]
)
def test_one_on_the_command_line_is_refused_and_not_repeated(
    command: list[str], given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, *given])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"list of processes, which everybody on this machine can read: give it by the variable {VARIABLE}" in said
    assert f"or by {OPTION}" in said
    assert "sh\n" not in said


def test_the_help_names_the_option_that_is_taken_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    said = capsys.readouterr().out
    assert OPTION in said
    assert "--control-token " not in said


@pytest.mark.parametrize("text", ["h-u~s!h", "h-u~s!h\n", "h-u~s!h\r\n"])
def test_a_file_holds_it(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_bytes(text.encode())
    monkeypatch.setenv(VARIABLE, "another")
    assert token_of(OPTION, str(file)) == "h-u~s!h"
    assert token_of() == "another"


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_may_read_is_taken_and_told_of(
    tmp_path: Path, mode: int, is_open: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text("hush")
    file.chmod(mode)
    assert token_of(OPTION, str(file)) == "hush"
    told = f"entra-double: other users of this machine may read {file}; chmod 600 keeps it from them.\n"
    assert capsys.readouterr().err == (told if is_open else "")


@pytest.mark.parametrize("text", ["", "\n", "húsh", "hu sh", "hu\nsh", b"\xff".decode("latin-1")])
def test_a_file_without_one_is_refused_and_not_repeated(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SystemExit):
        token_of(OPTION, str(file))
    said = capsys.readouterr().err
    assert said.endswith(f"argument {OPTION}: {file}: {WHAT_A_TOKEN_IS}\n")


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert token_of() is None


def test_a_variable_that_no_header_carries_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "húsh")
    with pytest.raises(CommandError, match=f"{VARIABLE}: {WHAT_A_TOKEN_IS}"):
        token_of()
    for command in ("users", "serve"):
        assert main([command, "--port", "0"] if command == "serve" else [command]) == 2
        assert capsys.readouterr().err == f"entra-double: {VARIABLE}: {WHAT_A_TOKEN_IS}.\n"


def test_a_running_server_is_asked_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text("hush\n")
    with EntraServer(control_token="hush") as closed:
        users = ["users", "--url", closed.base_url]
        assert main(users) == 1
        assert capsys.readouterr().err == (
            f"entra-double: the server wants the token that it was started with: give it by {VARIABLE} or {OPTION}.\n"
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
