"""Changes of whole files: shown as a diff, and written all or none."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from django_entrance.init.refusing import InitRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file before and after; None where there is none. ``encoding`` is for the diff."""

    path: Path
    before: bytes | None
    after: bytes | None
    encoding: str = "utf-8"


def diff(changes: list[Change], root: Path) -> Iterator[str]:
    """Yield the lines of a unified diff."""
    for each in changes:
        name = each.path.relative_to(root).as_posix()
        old, new = ((data or b"").decode(each.encoding).splitlines() for data in (each.before, each.after))
        old_name = f"a/{name}" if each.before is not None else "/dev/null"
        new_name = f"b/{name}" if each.after is not None else "/dev/null"
        yield from unified_diff(old, new, old_name, new_name, lineterm="")


def write_all(changes: list[Change]) -> None:
    """Write every file, or leave all as they were. The files keep their owner and mode.

    Raises:
        InitRefused: a file is read-only, has changed meanwhile, or cannot be written.
    """
    for each in changes:
        require_unchanged(each)
    begun: list[Change] = []
    try:
        for each in changes:
            begun.append(each)
            put(each.path, each.after)
    except BaseException as error:
        for each in begun:
            with suppress(OSError):
                put(each.path, each.before)
        if not isinstance(error, OSError):
            raise
        raise InitRefused(f"{begun[-1].path} cannot be written: {error.strerror}. Nothing was changed.") from None


def require_unchanged(change: Change) -> None:
    """Require that a file may be written, and is as it was when the change was planned."""
    path = change.path
    if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
        raise InitRefused(f"{path} is read-only. Nothing was changed. Make it writable, and run the command again.")
    if (path.read_bytes() if path.exists() else None) != change.before:
        raise InitRefused(f"{path} has changed meanwhile. Nothing was changed. Run the command again.")


def put(path: Path, data: bytes | None) -> None:
    """Write a file, or remove it, with folders that are empty then."""
    if data is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return
    path.unlink(missing_ok=True)
    with suppress(OSError):  # the folder is not empty
        path.parent.rmdir()
