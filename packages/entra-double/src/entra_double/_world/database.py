"""Keeps the directory in an SQLite file that its owner alone may read; keys, tokens and sessions are never stored."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from entra_double._world.directory import PLACES, Directory, DirectoryObject, identity_of

KINDS: Mapping[str, type[DirectoryObject]] = {place: kind for kind, place in PLACES.items()}
"""Name of the kind → its type."""

OTHERS = stat.S_IRWXG | stat.S_IRWXO if os.name == "posix" else 0
"""The bits of a mode that let others in; Windows has none."""

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
  kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""

_Key = tuple[str, str]


class StoreError(Exception):
    """A file cannot be used as the database of a directory."""


class _Row(NamedTuple):
    """A row of the table, with the object that it was made of."""

    position: int
    json: str
    known: DirectoryObject


class DirectoryStore:
    """A directory in an SQLite file. A change writes what differs, in one transaction.

    Raises:
        StoreError: The file cannot be opened, is another program's, or cannot be kept from other users of this machine.
    """

    def __init__(self, path: Path | str) -> None:
        self._path, self._lock = path, threading.Lock()
        self._rows: dict[_Key, _Row] = {}
        file = Path(path).resolve()
        try:
            _make_private(file)
            self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
            try:
                self._refuse_others()
                keep_from_others(file)
                self._prepare()
            except BaseException:
                self.close()
                raise
        except (sqlite3.Error, ValueError) as error:
            raise StoreError(f"{path} cannot be used as the database: {error}") from None

    def _refuse_others(self) -> None:
        """Refuse another program's file before anything about it is changed; one without a table may be used."""
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError(f"it is of version {version}, this is version {_VERSION}")
        tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables != ({"things"} if version else set()):
            raise sqlite3.DatabaseError("it is another program's")

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}; PRAGMA user_version = {_VERSION}; COMMIT")

    def load(self) -> Directory | None:
        """Return the directory that was saved last; None if there is none.

        Raises:
            StoreError: Another program has written to the file.
        """
        places: dict[str, list[Any]] = {place: [] for place in KINDS}
        try:
            rows = self._connection.execute("SELECT kind, id, position, json FROM things ORDER BY position").fetchall()
            for kind, object_id, position, text in rows:
                known = from_json(KINDS[kind], text)
                places[kind].append(known)
                self._rows[kind, object_id] = _Row(position, text, known)
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise StoreError(f"{self._path} holds what is no directory: {error}") from None
        return Directory(**{place: tuple(known) for place, known in places.items()}) if rows else None

    def save(self, directory: Directory) -> None:
        """Write what differs from what the file has; it may be called from any thread."""
        with self._lock:
            rows = dict(self._rows_of(directory))
            changed = [(*key, row.position, row.json) for key, row in rows.items() if self._rows.get(key) != row]
            gone = [key for key in self._rows if key not in rows]
            if not changed and not gone:
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("DELETE FROM things WHERE kind = ? AND id = ?", gone)
                self._connection.executemany("INSERT OR REPLACE INTO things VALUES (?, ?, ?, ?)", changed)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            self._rows = rows

    def close(self) -> None:
        self._connection.close()

    def _rows_of(self, directory: Directory) -> Iterator[tuple[_Key, _Row]]:
        """Give the rows; an object keeps its position as long as that keeps the order."""
        for place in KINDS:
            last = -1
            for known in getattr(directory, place):
                key = place, json.dumps(identity_of(known))
                row = self._rows.get(key)
                last = row.position if row and row.position > last else last + 1
                yield key, _Row(last, row.json if row and row.known is known else to_json(known), known)


def to_json(known: DirectoryObject) -> str:
    """Return an object as JSON; the same object always has the same text."""
    return json.dumps(dataclasses.asdict(known), ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else sorted(value)


def from_json(kind: type[DirectoryObject], text: str) -> DirectoryObject:
    """Return the object that `to_json` made a text of. Members that are missing have their defaults.

    Raises:
        ValueError: The text is not that of such an object.
    """
    try:
        known: DirectoryObject = _read(kind, json.loads(text))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"This is no {kind.__name__}: {error}") from None
    return known


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if value is None else _read(get_args(kind)[0], value)
    if origin is Literal:
        return value
    if origin in (tuple, frozenset):
        return origin(_read(get_args(kind)[0], item) for item in value)
    if kind is bytes:
        return base64.b64decode(value)
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class has a hash
        return kind(**{name: _read(hints[name], member) for name, member in value.items()})  # type: ignore[operator]
    return kind(value)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _make_private(path: Path) -> None:
    """Make an empty file for its owner alone, where there is none; where that fails SQLite says why.

    Raises:
        ValueError: What is there is no file, but a device, a directory or a pipe.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.exists() and not path.is_file():
        raise ValueError("it is no regular file")


def keep_from_others(path: Path) -> None:
    """Take the file and those beside it from all but their owner. No file is opened: that would end its locks.

    Raises:
        ValueError: Others could still read one, or one is a link, which leads to another file.
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
