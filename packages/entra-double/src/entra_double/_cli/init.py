"""Writes a directory file to begin with."""

from __future__ import annotations

import argparse
from pathlib import Path

from entra_double._cli.options import FAILED, Command, CommandError, new_file, option
from entra_double._world.seed import SEED_FILE

_FILE = Path("entra-double.toml")


def run(options: argparse.Namespace) -> int:
    """Write the file; an existing one is left alone."""
    try:
        with options.file.open("x", encoding="utf-8") as file:
            file.write(SEED_FILE.read_text(encoding="utf-8"))
    except FileExistsError:
        raise CommandError(f"{options.file} exists already, and was not changed.", FAILED) from None
    except OSError as error:
        raise CommandError(f"{options.file} cannot be written: {error.strerror}") from None
    print(f"Written: {options.file}. Now:\n\n    entra-double serve --directory {options.file}\n")
    return 0


COMMAND = Command(
    "init",
    "write a directory file to begin with",
    run,
    (option("file", nargs="?", type=new_file, default=_FILE, help="the file to write (default: %(default)s)"),),
)
