"""Takes the control token from a file or the environment: an option would stand in the list of processes."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from entra_double._cli.ending import CommandError
from entra_double._world.database import OTHERS

TOKEN_VARIABLE = "ENTRA_DOUBLE_CONTROL_TOKEN"
TOKEN_OPTION = "--control-token-file"

_VISIBLE = re.compile("[!-~]+")
_NOT_A_TOKEN = "a token consists of the visible characters of ASCII, without a space"
_ON_SHOW = (
    "it would stand in the list of processes, which everybody on this machine can read: give it by the variable "
    f"{TOKEN_VARIABLE} or by {TOKEN_OPTION}"
)


def add_to(parser: argparse.ArgumentParser, purpose: str) -> None:
    """Add the option; `purpose` is its help."""
    parser.add_argument(
        TOKEN_OPTION,
        type=_read,
        dest="control_token",
        metavar="FILE",
        help=f"a file with {purpose} (default: the variable {TOKEN_VARIABLE})",
    )
    parser.add_argument("--control-token", nargs="?", action=_Refused, help=argparse.SUPPRESS)


def control_token_of(options: argparse.Namespace) -> str | None:
    """Give the token of the file, else that of the environment; an empty variable is none.

    Raises:
        CommandError: No header can carry what the environment has.
    """
    from_file: str | None = options.control_token
    token = from_file or os.environ.get(TOKEN_VARIABLE) or None
    if token is not None and not _VISIBLE.fullmatch(token):
        raise CommandError(f"{TOKEN_VARIABLE}: {_NOT_A_TOKEN}.")
    return token


class _Refused(argparse.Action):
    """Says what to do instead; the value may be a secret, and is not repeated."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        raise argparse.ArgumentError(self, _ON_SHOW)


def _warn_if_others_read(path: Path) -> None:
    """Say that a secret is open to others; no more than that, as containers are given theirs so."""
    if path.is_file() and path.stat().st_mode & OTHERS:
        print(
            f"entra-double: other users of this machine may read {path}; chmod 600 keeps it from them.", file=sys.stderr
        )


def _read(name: str) -> str:
    """Give the token in a file; a line break at its end is none of it."""
    _warn_if_others_read(Path(name))
    try:
        token = Path(name).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        token = ""
    if not _VISIBLE.fullmatch(token):
        raise argparse.ArgumentTypeError(f"{name}: {_NOT_A_TOKEN}")
    return token
