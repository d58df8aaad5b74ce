"""Writes a directory file to begin with."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from entra_double._cli.ending import NOT_SO, CommandError
from entra_double._world.seed import SEED_FILE


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    init = commands.add_parser("init", help="write a directory file to begin with")
    init.add_argument("file", nargs="?", type=_file, default=Path("entra-double.toml"), help="default: %(default)s")
    init.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the file; one that is there is left alone."""
    try:
        with options.file.open("x", encoding="utf-8") as file:
            file.write(SEED_FILE.read_text(encoding="utf-8"))
    except FileExistsError:
        raise CommandError(f"{options.file} is there already, and was not changed.", NOT_SO) from None
    except OSError as error:
        raise CommandError(f"{options.file} cannot be written: {error.strerror}") from None
    print(f"Written: {options.file}. Now:\n\n    entra-double serve --directory {options.file}\n")
    return 0


def _file(text: str) -> Path:
    if not text or text.endswith(("/", os.sep)):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a file")
    return Path(text)
