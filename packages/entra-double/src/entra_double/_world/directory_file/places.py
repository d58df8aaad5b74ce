"""Finds the line of every table, key and item in a TOML text, which the standard library's parser does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from entra_double._world.directory_file.problems import Path

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<string>\"{3}(?:\\.|[^\\])*?\"{3,5}(?!\") | '{3}.*?'{3,5}(?!') | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<mark>[\[\]{}=,.])
    | (?P<bare>[^\s\[\]{}=,."'\#]+)
    """,
    re.VERBOSE | re.DOTALL,
)


def find_places(text: str) -> dict[Path, int]:
    """Give the line, from 1, of everything in a text that is valid TOML."""
    return _Scanner(text).places


class _Scanner:
    """Walks once through the text; `_kind` and `_text` are the token that comes next, in `_line`."""

    def __init__(self, text: str) -> None:
        self.places: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._tokens = _tokens(text)
        self._next()
        table: Path = ()
        while self._kind != "end":
            if self._kind == "newline":
                self._next()
            elif self._text == "[":
                table = self._header()
            else:
                self._pair(table)

    def _next(self) -> None:
        self._kind, self._text, self._line = next(self._tokens)

    def _header(self) -> Path:
        line = self._line
        self._next()
        is_item = self._text == "["
        if is_item:
            self._next()
        *outer, last = self._key()
        for _ in range(1 + is_item):
            self._next()
        path: Path = ()
        for part in outer:
            path = (*path, part)
            self.places.setdefault(path, line)
            path = self._newest(path)
        path = (*path, last)
        self.places.setdefault(path, line)
        if is_item:
            self._counts[path] = self._counts.get(path, 0) + 1
        path = self._newest(path)
        self.places.setdefault(path, line)
        return path

    def _newest(self, path: Path) -> Path:
        """Lead to the item of an array of tables that is being written."""
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _key(self) -> list[str]:
        parts = []
        while self._text not in ("=", "]"):
            if self._text != ".":
                parts.append(_unquoted(self._text))
            self._next()
        return parts

    def _pair(self, table: Path) -> None:
        line = self._line
        path = table
        for part in self._key():
            path = (*path, part)
            self.places.setdefault(path, line)
        self._next()
        self._value(path)

    def _value(self, path: Path) -> None:
        self.places.setdefault(path, self._line)
        opening = self._text if self._kind == "mark" else ""
        if opening in ("[", "{"):
            self._next()
            position = 0
            while self._text not in ("]", "}"):
                if self._text == "," or self._kind == "newline":
                    self._next()
                elif opening == "{":
                    self._pair(path)
                else:
                    self._value((*path, position))
                    position += 1
            self._next()
        else:
            while self._kind not in ("newline", "end") and self._text not in (",", "]", "}"):
                self._next()


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield str(match.lastgroup), match[0], line
        line += match[0].count("\n")
    while True:
        yield "end", "", line


def _unquoted(key: str) -> str:
    return str(tomllib.loads(f"key = {key}")["key"]) if key[0] in "\"'" else key
