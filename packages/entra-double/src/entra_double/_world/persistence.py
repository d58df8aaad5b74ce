"""Keeps the directory in an SQLite file when asked to; keys, tokens and sessions are never stored."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from entra_double._world.codec import KINDS, from_json, to_json
from entra_double._world.directory import Directory
from entra_double._world.directory_objects import PLACES, Thing, identity_of
from entra_double._world.private_files import keep_from_others, make_private

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
  kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""


class StoreError(Exception):
    """A file cannot be used as the database of a directory."""


_Key = tuple[str, str]


class _Row(NamedTuple):
    """A row of the table, and the very thing that it was made of."""

    position: int
    json: str
    thing: Thing


def _unusable(path: Path | str, error: Exception) -> StoreError:
    return StoreError(f"{path} cannot be used as the database: {error}")


class DirectoryStore:
    """A directory in an SQLite file. A change writes what differs, in one transaction.

    Raises:
        StoreError: The file cannot be opened, is none of ours, or cannot be kept from other users of this machine.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self._lock = threading.Lock()
        file = Path(path).resolve()
        try:
            make_private(file)
            self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        except (sqlite3.Error, ValueError) as error:
            raise _unusable(path, error) from None
        try:
            self._refuse_others()
            keep_from_others(file)
            self._prepare()
        except (sqlite3.Error, ValueError) as error:
            self.close()
            raise _unusable(path, error) from None
        self._rows: dict[_Key, _Row] = {}

    def _refuse_others(self) -> None:
        """Look at whose file it is before anything about it is changed: one without a table is nobody's."""
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
        """Give the directory that was saved last; None if there is none.

        Raises:
            StoreError: Somebody else has written to the file.
        """
        places: dict[str, list[Thing]] = {place: [] for place in PLACES.values()}
        try:
            rows = self._connection.execute("SELECT kind, id, position, json FROM things ORDER BY position").fetchall()
            for kind, thing_id, position, text in rows:
                thing = from_json(KINDS[kind], text)
                places[kind].append(thing)
                self._rows[kind, thing_id] = _Row(position, text, thing)
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise StoreError(f"{self._path} holds what is no directory: {error}") from None
        if not rows:
            return None
        return Directory(**{place: tuple(things) for place, things in places.items()})  # type: ignore[arg-type]

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
        """Give the rows; a thing keeps its position as long as that keeps the order."""
        for place in PLACES.values():
            last = -1
            for thing in getattr(directory, place):
                key = place, json.dumps(identity_of(thing))
                known = self._rows.get(key)
                last = known.position if known and known.position > last else last + 1
                yield key, _Row(last, known.json if known and known.thing is thing else to_json(thing), thing)
