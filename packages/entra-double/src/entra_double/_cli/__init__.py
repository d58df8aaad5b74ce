"""Holds the command line.

Exit code 1: the request failed (a refused token, a problem found by `doctor`); 2: invalid options, or the command could
not start (a busy port, a mistake in the directory file).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from entra_double._cli import asking, doctor, init, serve
from entra_double._cli.options import CommandError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except CommandError as error:
        print(f"entra-double: {error}", file=sys.stderr)
        return error.code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader, such as head, has enough
        return 0
    return code


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="entra-double", description="A local stand-in for Microsoft Entra ID, for development and tests."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('entra-double')}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (serve.COMMAND, init.COMMAND, asking.TOKEN, asking.USERS, doctor.COMMAND):
        command.add_to(commands)
    return parser
