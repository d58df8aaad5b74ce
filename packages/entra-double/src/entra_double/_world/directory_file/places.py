"""Finds the line of every table, key and item in a TOML text, which the standard library does not offer."""

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
    """Return the line, from 1, of every table, key and item in valid TOML."""
    return _Scanner(text).places


class _Scanner:
    """Walks once through the text; `_kind` and `_text` are the next token, in `_line`."""

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
        line, brackets = self._line, 0
        while self._text == "[":
            brackets += 1
            self._next()
        path = self._path(())
        for _ in range(brackets):
            self._next()
        if brackets == 2:
            self._counts[path] = self._counts.get(path, 0) + 1
        path = self._newest(path)
        self.places.setdefault(path, line)
        return path

    def _path(self, path: Path) -> Path:
        """Follow a key, which may be dotted."""
        while self._text not in ("=", "]"):
            if self._text != ".":
                path = (*self._newest(path), _unquoted(self._text))
                self.places.setdefault(path, self._line)
            self._next()
        return path

    def _newest(self, path: Path) -> Path:
        """Return the path of the item of an array of tables that is being written."""
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: Path) -> None:
        path = self._path(table)
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
