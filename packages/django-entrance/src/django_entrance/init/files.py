"""A file of the project: its text, and how the text becomes bytes again."""

from __future__ import annotations

import ast
import re
import tokenize
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from django_entrance.init.refusing import InitRefused

LINE_END = re.compile(r"\r\n|\r|\n")
"""What Python counts as the end of a line; ``str.splitlines`` knows more."""


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """The text of a file, with its own line ends."""

    path: Path
    text: str
    encoding: str

    @cached_property
    def newline(self) -> str:
        found = LINE_END.search(self.text)
        return found[0] if found else "\n"

    @cached_property
    def line_starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_END.finditer(self.text))]

    def line_start(self, offset: int) -> int:
        """Return where the line of an offset begins."""
        return max(start for start in self.line_starts if start <= offset)

    def line_end(self, offset: int) -> int:
        """Return where the line of an offset ends, before its line end."""
        found = LINE_END.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """Return where the next line begins, or the end of the text."""
        found = LINE_END.search(self.text, offset)
        return found.end() if found else len(self.text)

    def to_bytes(self, text: str) -> bytes:
        return text.encode(self.encoding)


@dataclass(frozen=True, kw_only=True)
class PythonFile(ProjectFile):
    """A module of the project, and its syntax tree."""

    tree: ast.Module

    def start(self, node: ast.expr | ast.stmt | ast.alias) -> int:
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.alias) -> int:
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def in_its_quotes(self, code: str) -> str:
        """Return code with the quotes that the module mostly has."""
        return code.replace('"', "'") if self.text.count("'") > self.text.count('"') else code

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a position in the tree, where columns count bytes in UTF-8."""
        start = self.line_starts[line - 1]
        line_text = self.text[start : self.line_end(start)]
        return start + len(line_text.encode()[:column].decode())


def read_text(path: Path) -> ProjectFile:
    """Read a template.

    Raises:
        InitRefused: it cannot be read, or is not UTF-8.
    """
    return ProjectFile(path=path, text=decoded(path, bytes_of(path), "utf-8"), encoding="utf-8")


def read_python(path: Path) -> PythonFile:
    """Read a module in the encoding that it declares.

    Raises:
        InitRefused: it cannot be read, or is no Python.
    """
    data = bytes_of(path)
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = decoded(path, data, encoding)
        tree = ast.parse(text)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError) as error:
        why = str(error) or type(error).__name__
        raise InitRefused(f"{path} is no valid Python: {why}. Mend it, and run the command again.") from None
    return PythonFile(path=path, text=text, encoding=encoding, tree=tree)


def bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InitRefused(f"{path} cannot be read: {error.strerror}.") from None


def decoded(path: Path, data: bytes, encoding: str) -> str:
    """Return the text of bytes, which becomes these bytes again."""
    try:
        text = data.decode(encoding)
        if text.encode(encoding) == data:
            return text
    except UnicodeError:
        pass
    raise InitRefused(f"{path} is not in the encoding {encoding}. Save it as UTF-8, and run the command again.")
