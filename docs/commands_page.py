"""Writes docs/reference/commands.md: each part of ``manage.py entrance`` with its arguments, from the parsers."""

from __future__ import annotations

from argparse import Action
from collections.abc import Iterator

import python_page  # noqa: F401  # configures Django
from django.core.management.base import CommandParser
from django_entrance.management.commands.entrance import PARTS

HEAD = """\
# Commands

<!-- Written by docs/build_reference.py from the parsers of the commands. -->

`python manage.py entrance PART` has these parts. Each takes the options of every Django command as well. The exit code
is 1 if something is wrong, or if something is left to do.
"""


def commands() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(line for name, part in PARTS.items() for line in section(name, part))])


def section(name: str, part: object) -> Iterator[str]:
    parser = CommandParser(prog=f"manage.py entrance {name}", add_help=False)
    part.add_arguments(parser)  # type: ignore[attr-defined]  # a module of management
    rows = [row(action) for action in parser._actions]
    yield f"## {name}\n"
    yield f"{part.HELP}\n"  # type: ignore[attr-defined]
    if rows:
        yield "| argument | meaning |\n|---|---|"
        yield "\n".join(f"| {' | '.join(cells)} |" for cells in rows) + "\n"


def row(action: Action) -> tuple[str, str]:
    """Return an argument as it is written, and what it means."""
    names = ", ".join(action.option_strings)
    value = action.metavar or ("|".join(map(str, action.choices or ())) if action.nargs != 0 else "")
    value = value or ("" if action.nargs == 0 else action.dest.upper())
    written = " ".join(part for part in (names, str(value)) if part)
    told = (action.help or "").replace("|", "\\|")
    return "`" + written.replace("|", "\\|") + "`", told
