"""Describes commands and their options, and checks the form of what is typed for them."""

from __future__ import annotations

import argparse
import ipaddress
import os
import re
import ssl
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from entra_double._world.database import OTHERS

FAILED, NOT_STARTED = 1, 2
"""Exit codes: the request failed; invalid options, or the command could not start."""

TOKEN_VARIABLE = "ENTRA_DOUBLE_CONTROL_TOKEN"
TOKEN_OPTION = "--control-token-file"

_LABEL = "[A-Za-z0-9_-]{1,63}"
_ADDRESS = re.compile(rf"https?://({_LABEL}(\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?")
_VISIBLE = re.compile("[!-~]+")
_NOT_A_TOKEN = "a token consists of the visible characters of ASCII, without a space"
_ON_COMMAND_LINE = (
    "it would stand in the list of processes, which everybody on this machine can read: give it by the variable "
    f"{TOKEN_VARIABLE} or by {TOKEN_OPTION}"
)

Option = tuple[tuple[str, ...], Mapping[str, Any]]


class CommandError(Exception):
    """The command ends with `code`; the message is for the person who typed it."""

    def __init__(self, message: str, code: int = NOT_STARTED) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, its help, what it does, and its options."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    options: tuple[Option, ...]

    def add_to(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        parser = commands.add_parser(self.name, help=self.help)
        for names, settings in self.options:
            parser.add_argument(*names, **settings)
        parser.set_defaults(run=self.run)


def option(*names: str, **settings: Any) -> Option:
    """Describe an option, with the arguments of `ArgumentParser.add_argument`."""
    return names, settings


def address(text: str) -> str:
    """Read the address of a server: scheme, host and perhaps port; a slash at its end is dropped."""
    if not _is_address(text):
        raise argparse.ArgumentTypeError(f"{text} is no address, such as http://localhost:8400")
    return text.rstrip("/")


def _is_address(text: str) -> bool:
    try:
        return _ADDRESS.fullmatch(text) is not None and urlsplit(text).port != 0
    except ValueError:
        return False


def host_name(text: str) -> str:
    if not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", text):
        raise argparse.ArgumentTypeError(f"{text} is no host name, such as graph.microsoft.com")
    return text.lower()


def ip_address(text: str) -> str:
    try:
        return str(ipaddress.ip_address("127.0.0.1" if text == "localhost" else text.strip("[]")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no IP address, such as 0.0.0.0") from None


def port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def new_file(text: str) -> Path:
    if not text or text.endswith(("/", os.sep)):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a file")
    return Path(text)


def certificate_file(text: str) -> Path:
    try:
        ssl.create_default_context(cafile=text)
    except FileNotFoundError:
        raise argparse.ArgumentTypeError(f"there is no file {text}") from None
    except OSError:
        raise argparse.ArgumentTypeError(f"{text} holds no certificate") from None
    return Path(text)


def token_file(text: str) -> str:
    """Read the token in a file, without a line break at its end."""
    _warn_if_others_read(Path(text))
    try:
        token = Path(text).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text} cannot be read: {error.strerror}") from None
    except ValueError:
        token = ""
    if not _VISIBLE.fullmatch(token):
        raise argparse.ArgumentTypeError(f"{text}: {_NOT_A_TOKEN}")
    return token


def _warn_if_others_read(path: Path) -> None:
    """Warn of a secret that other users can read; do no more, since containers get theirs that way."""
    if path.is_file() and path.stat().st_mode & OTHERS:
        print(
            f"entra-double: other users of this machine may read {path}; chmod 600 keeps it from them.", file=sys.stderr
        )


class _Refused(argparse.Action):
    """Refuses a token on the command line; the value may be a secret, and is not repeated."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        raise argparse.ArgumentError(self, _ON_COMMAND_LINE)


def token_options(purpose: str) -> tuple[Option, Option]:
    """Describe how the control token is given; `purpose` says what it is for."""
    text = f"a file with {purpose} (default: the variable {TOKEN_VARIABLE})"
    return (
        option(TOKEN_OPTION, type=token_file, dest="control_token", metavar="FILE", help=text),
        option("--control-token", nargs="?", action=_Refused, help=argparse.SUPPRESS),
    )


def control_token_of(options: argparse.Namespace) -> str | None:
    """Return the token of the file, else that of the environment, where empty means none.

    Raises:
        CommandError: The environment's is not fit for a header.
    """
    from_file: str | None = options.control_token
    token = from_file or os.environ.get(TOKEN_VARIABLE) or None
    if token is not None and not _VISIBLE.fullmatch(token):
        raise CommandError(f"{TOKEN_VARIABLE}: {_NOT_A_TOKEN}.")
    return token
