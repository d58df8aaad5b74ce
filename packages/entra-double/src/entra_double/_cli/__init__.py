"""Holds the command line; each command is a module.

A command ends with 0 if all is well, 1 if what was asked for is not so (a refused token, a finding of `doctor`), and 2
if it could not begin (a busy port, a directory file with a mistake, options that cannot be).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from entra_double._cli import doctor, init, serve, token, users
from entra_double._cli.ending import CommandError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and give its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except CommandError as error:
        print(f"entra-double: {error}", file=sys.stderr)
        return error.code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever reads, such as head, has enough
        return 0
    return code


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="entra-double", description="A local stand-in for Microsoft Entra ID, for development and tests."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('entra-double')}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (serve, init, token, users, doctor):
        command.add_to(commands)
    return parser
