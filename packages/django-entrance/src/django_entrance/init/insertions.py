"""An insertion into a file, and the text with all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django_entrance.init.files import ProjectFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """Text to insert at an offset. ``imports`` are the names that it imports: while they are used, it stays."""

    file: ProjectFile
    offset: int
    text: str
    imports: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[Path, int, str]:
        return self.file.path, self.offset, self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inserted:
    """An insertion in the new text: where it begins there."""

    insertion: Insertion
    offset: int


def apply(text: str, insertions: Iterable[Insertion]) -> tuple[str, list[Inserted]]:
    """Return the new text and where each insertion is in it. Those of one offset keep their order."""
    result, done = "", 0
    placed: list[Inserted] = []
    for each in sorted(insertions, key=lambda each: each.offset):
        result += text[done : each.offset]
        placed.append(Inserted(insertion=each, offset=len(result)))
        result += each.text
        done = each.offset
    return result + text[done:], placed
