"""Reads a directory file into a directory, or says what is wrong in which line."""

from __future__ import annotations

import tomllib
from pathlib import Path as FilePath

from entra_double._world.directory import Directory
from entra_double._world.directory_file.places import find_places
from entra_double._world.directory_file.problems import DirectoryError, Problem
from entra_double._world.directory_file.reading import Reading
from entra_double._world.directory_file.schema import FILE


def read_directory(path: FilePath | str, *, text: str | None = None) -> Directory:
    """Read a directory file; docs/entra-double/entra-double-toml.md says what may stand in it.

    Microsoft Graph is in every directory. A warning is logged for a tenant that looks like a real one.

    Args:
        path: The file; what it names beside itself, such as certificates, is looked for in its folder.
        text: Its content, if it is not to be read; then no other file is read either, and `path` is a name for errors.

    Raises:
        DirectoryError: The file cannot be read or says what cannot be; the message has file and line.
    """
    source = _read(FilePath(path)) if text is None else text
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        says, _, place = str(error).partition(" (at line ")
        line = int(place.partition(",")[0]) if place else source.count("\n") + 1
        raise DirectoryError(str(path), line, f"this is no TOML: {says[:1].lower()}{says[1:]}") from None
    except (RecursionError, ValueError):  # a number of thousands of digits is a ValueError
        raise DirectoryError(str(path), None, "is nested too deeply, or has a number that is too long") from None
    try:
        FILE.check(data, ())
        if not data["tenants"]:
            raise Problem(("tenants",), "a directory has at least one tenant")
        return Reading(data["tenants"], FilePath(path).parent if text is None else None).read()
    except Problem as problem:
        places = find_places(source)
        first = f" (first in line {places[problem.first]})" if problem.first else ""
        raise DirectoryError(str(path), places.get(problem.path, 1), problem.says + first) from None


def _read(path: FilePath) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DirectoryError(str(path), None, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DirectoryError(str(path), None, "is not UTF-8 text") from None
