"""Keeps a database, and the files that SQLite has beside it, from the other users of this machine."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO if os.name == "posix" else 0
"""The bits of a mode that let others in; Windows has none."""


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone may read, where there is none.

    Where that fails it is left to SQLite to say why.

    Raises:
        ValueError: What is there is no file, but a device, a directory or a pipe.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.exists() and not path.is_file():
        raise ValueError("it is no regular file")


def keep_from_others(path: Path) -> None:
    """Take the file and those beside it from everybody but their owner. No file is opened: that would end its locks.

    Raises:
        ValueError: Others could still read one, or one is a link, which leads to what is not ours.
    """
    for file in (path, *(path.with_name(f"{path.name}-{kind}") for kind in ("wal", "shm", "journal"))):
        if file.is_symlink():
            raise ValueError(f"{file.name} beside it is a link")
        if not file.exists():
            continue
        with suppress(OSError):
            file.chmod(0o600)
        if file.stat().st_mode & OTHERS:
            raise ValueError(f"it holds secrets, and {file.name} cannot be made its owner's alone")
