"""Takes away exactly what the record says was added, and says what it leaves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from django_entrance.init.changes import Change
from django_entrance.init.files import LINE_END, ProjectFile, bytes_of, read_python, read_text
from django_entrance.init.needs import needed_by
from django_entrance.init.project import inside
from django_entrance.init.record import Added, Record, record_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The changes, and a sentence for each text that stays."""

    changes: list[Change] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def removal_of(root: Path, record: Record) -> Removal:
    """Return how to take away what was added.

    Raises:
        InitRefused: a file cannot be read, is no Python, or leads out of the project.
    """
    removal = Removal()
    for name in dict.fromkeys(each.file for each in record.added):
        remove_from(root, inside(root, root / name), [each for each in record.added if each.file == name], removal)
    for name, text in record.created.items():
        remove_file(inside(root, root / name), name, text, removal)
    path = record_path(root)
    removal.changes.append(Change(path=path, before=bytes_of(path), after=None))
    return removal


def remove_file(path: Path, name: str, text: str, removal: Removal) -> None:
    """Remove a file that the command has made, unless it was edited."""
    data = bytes_of(path) if path.exists() else None
    if data == text.encode():
        removal.changes.append(Change(path=path, before=data, after=None))
    elif data is not None:
        removal.left.append(f"{name} was edited since, and stays.")


def remove_from(root: Path, path: Path, added: list[Added], removal: Removal) -> None:
    """Remove what was added to a file; imports last, since something else may use them now."""
    if not path.exists():
        removal.left.append(f"{added[0].file} is gone, and what was added to it.")
        return
    is_python = path.suffix == ".py"
    file: ProjectFile = read_python(path) if is_python else read_text(path)
    text = file.text
    for each in in_order(added):
        if used := still_used(text, each):
            removal.left.append(f"{each.file} uses {' and '.join(used)}, so the import stays.")
            continue
        shorter = without(text, each) or without(text, with_line_ends(each, file.newline))
        if shorter is None or (is_python and not parses(shorter)):
            removal.left.append(f"{each.file}: this was edited since, and stays: {each.text.strip()}")
        elif is_python and (need := needed_by(root, path, shorter, each.text)):
            name, user = need
            removal.left.append(f"{each.file}: {name} stays, since {user.relative_to(root).as_posix()} uses it.")
        else:
            text = shorter
    if text != file.text:
        change = Change(path=path, before=bytes_of(path), after=file.to_bytes(text), encoding=file.encoding)
        removal.changes.append(change)


def in_order(added: list[Added]) -> Iterator[Added]:
    """Yield what was added last first, so that each has again what stood before it; then the imports likewise."""
    for is_import in (False, True):
        yield from (each for each in reversed(added) if bool(each.imports) == is_import)


def with_line_ends(added: Added, newline: str) -> Added:
    """Return the same with the line ends that the file has now: Git may have changed all of them."""
    text, before = (LINE_END.sub(lambda _: newline, each) for each in (added.text, added.before))
    return replace(added, text=text, before=before)


def still_used(text: str, added: Added) -> list[str]:
    """Return the imported names that the module uses without the text."""
    if not added.imports:
        return []
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return [name for name in added.imports if name in names]


def without(text: str, added: Added) -> str | None:
    """Return the text without the one place that was added, or None if it is not certain which."""
    places = list(places_of(text, added))
    exact = [place for place in places if text[:place].endswith(added.before) and begins_line(text, place, added)]
    if not exact and (added.begins_line or "django_entrance" in added.text):
        exact = places
    if len(exact) != 1:
        return None
    return text[: exact[0]] + text[exact[0] + len(added.text) :]


def places_of(text: str, added: Added) -> Iterator[int]:
    """Yield where the text stands; one that began a line only where it does."""
    place = text.find(added.text)
    while place >= 0:
        if not added.begins_line or is_line_start(text, place):
            yield place
        place = text.find(added.text, place + 1)


def begins_line(text: str, place: int, added: Added) -> bool:
    """Return whether what stood before the text begins a line."""
    return is_line_start(text, place - len(added.before))


def is_line_start(text: str, place: int) -> bool:
    return place == 0 or LINE_END.fullmatch(text[place - 1]) is not None


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
