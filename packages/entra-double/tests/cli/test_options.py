"""Options: what is refused, and the control token, which never stands in the list of processes."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
from entra_double._cli import main, make_parser
from entra_double._cli.options import CommandError, address, control_token_of

VARIABLE, OPTION = "ENTRA_DOUBLE_CONTROL_TOKEN", "--control-token-file"


WHAT_A_TOKEN_IS = "a token consists of the visible characters of ASCII, without a space"


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


@pytest.mark.parametrize("name", ["https://graph.microsoft.com", "graph.microsoft.com:443", "a name", ""])
def test_a_host_name_is_a_name_alone(name: str) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args(["serve", "--host-name", name])
    assert ended.value.code == 2
    assert make_parser().parse_args(["serve", "--host-name", "Graph.example"]).host_name == ["graph.example"]


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
