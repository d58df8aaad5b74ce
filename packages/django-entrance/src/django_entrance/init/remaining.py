"""Finds the lines of people's own that use django-entrance, and break once it is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from django_entrance.init.changes import Change
from django_entrance.init.files import LINE_END, bytes_of
from django_entrance.init.project import own_files
from django_entrance.init.refusing import InitRefused

ENDINGS = (".py", ".html")
USES = re.compile(r"\bdjango_entrance\b|\bENTRANCE\b|\bload\b.*\bentrance\b|[\"']entrance:")
"""Modules and templates of ours, the settings, the tags, and names of our URLs."""


def still_ours(root: Path, changes: Sequence[Change]) -> Iterator[str]:
    """Yield a sentence for each file that uses django-entrance after the changes, with the numbers of its lines."""
    after = {change.path: change.after or b"" for change in changes}
    for path in own_files(root, ENDINGS):
        lines = LINE_END.split(after[path].decode(errors="replace") if path in after else text_of(path))
        if numbers := [str(number) for number, line in enumerate(lines, start=1) if USES.search(line)]:
            name = path.relative_to(root).as_posix()
            where = f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers)}"
            yield f"By hand: {name} still uses django-entrance, in {where}. Take that out, too."


def text_of(path: Path) -> str:
    """Return the text of a file, or nothing if it cannot be read: the files that are changed have been read before."""
    try:
        return bytes_of(path).decode(errors="replace")
    except InitRefused:
        return ""
