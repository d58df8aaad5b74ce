"""Keeps what was added in ``.entrance-init.json`` beside ``manage.py``, so that it can be taken away again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django_entrance.init.files import LINE_END, bytes_of
from django_entrance.init.insertions import Inserted
from django_entrance.init.login_page import OVER_ALLAUTH
from django_entrance.init.ours import may_be_added
from django_entrance.init.project import inside
from django_entrance.init.refusing import InitRefused

NAME = ".entrance-init.json"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A text that was added to a file.

    ``before`` is what stood before it on its line, or the line before it. ``imports`` are the names that it imports.
    """

    file: str
    text: str
    before: str
    imports: tuple[str, ...] = ()

    @property
    def begins_line(self) -> bool:
        return self.before == "" or self.before[-1] in "\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that the command has added to a project. ``created`` are whole files: text by path."""

    added: tuple[Added, ...] = ()
    created: dict[str, str]

    def with_more(self, more: Record) -> Record:
        """Return both. A text that was taken out by hand and added once more counts once."""
        again = {(each.file, each.text) for each in more.added}
        kept = tuple(each for each in self.added if (each.file, each.text) not in again)
        return Record(added=kept + more.added, created=self.created | more.created)

    def to_bytes(self) -> bytes:
        return (json.dumps({"version": VERSION, **asdict(self)}, indent=2) + "\n").encode()


def added_by(inserted: Iterable[Inserted], text: str, name: str) -> tuple[Added, ...]:
    """Return what was added to a file, with its new text."""
    return tuple(
        Added(
            file=name,
            text=each.insertion.text,
            before=before(each, text),
            imports=each.insertion.imports,
        )
        for each in inserted
    )


def before(inserted: Inserted, text: str) -> str:
    """Return what stands before an insertion on its line; the whole line before it if the insertion begins a line."""
    above = text[: inserted.offset]
    starts = [0, *(found.end() for found in LINE_END.finditer(above) if found.end() < len(above))]
    return above[starts[-1] :]


def record_path(root: Path) -> Path:
    """Return where the record is, without links.

    Raises:
        InitRefused: a link leads out of the project.
    """
    return inside(root, root / NAME)


def read_record(root: Path) -> Record | None:
    """Return the record of a project, or None.

    Raises:
        InitRefused: it is no record of this version, names what the command never adds, or leads out of the project.
    """
    path = record_path(root)
    if not path.exists():
        return None
    try:
        return from_json(json.loads(bytes_of(path)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InitRefused(f"{path} is not what this version of the command has written. Nothing was changed.") from None


def from_json(found: Any) -> Record:
    if found.pop("version") != VERSION:
        raise ValueError
    added = tuple(Added(**{**each, "imports": tuple(each["imports"])}) for each in found.pop("added"))
    record = Record(added=added, **found)
    texts = [text for each in added for text in (each.file, each.text, each.before, *each.imports)]
    if not all(isinstance(text, str) for text in (*texts, *record.created.keys(), *record.created.values())):
        raise TypeError
    if not all(map(is_ours, added)) or not all(is_our_file(*each) for each in record.created.items()):
        raise ValueError
    return record


def is_ours(added: Added) -> bool:
    """Return whether the command adds such a text to such a file. A record may come from elsewhere, as in a clone."""
    is_python = added.file.endswith(".py")
    return may_be_added(added.text) and (is_python or (added.file.endswith(".html") and not added.imports))


def is_our_file(name: str, text: str) -> bool:
    return name.endswith("account/login.html") and text == OVER_ALLAUTH
