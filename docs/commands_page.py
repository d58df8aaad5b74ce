"""Generates docs/reference/commands.md from the parsers of ``manage.py entrance``."""

from __future__ import annotations

from argparse import Action
from collections.abc import Iterator

from django.core.management.base import CommandParser
from django_entrance.management.commands.entrance import PARTS

HEAD = """\
# Commands

<!-- Written by docs/build_reference.py from django_entrance.management. -->

`manage.py entrance` looks after sign-in. Each part explains itself with `--help`, takes the options of every Django
command as well, and ends with the exit code 1 if something is wrong.
"""

BAR = "\\|"
"""A bar within a cell of a table."""

PAGES = {
    "init": "../howto/init.md",
    "register": "../howto/register.md",
    "assign": "../howto/register.md",
    "doctor": "../howto/doctor.md",
    "explain": "../howto/explain.md",
    "connect": "../howto/your-users-exist-already.md",
    "adopt": "../howto/your-users-exist-already.md",
    "sign-out": "../howto/signing-out.md",
    "events": "../howto/who-signed-in-and-why-not.md",
    "prune": "../howto/how-long-a-session-lives.md",
}
"""The page about each part. A part without one fails."""


def commands() -> str:
    """Return the page."""
    return HEAD + "".join(map(section, PARTS))


def section(name: str) -> str:
    parser = CommandParser(prog=f"manage.py entrance {name}")
    PARTS[name].add_arguments(parser)
    rows = "".join(f"| {written(action)} | {told(action)} |\n" for action in own_actions(parser))
    table = f"\n| | |\n|---|---|\n{rows}" if rows else ""
    return f"\n## entrance {name}\n\n{PARTS[name].HELP} [More about it]({PAGES[name]}).\n{table}"


def own_actions(parser: CommandParser) -> Iterator[Action]:
    return (action for action in parser._actions if action.dest != "help")


def written(action: Action) -> str:
    """Return an argument as it is written."""
    names = ", ".join(action.option_strings)
    value = (
        ""
        if action.nargs == 0
        else str(action.metavar or "|".join(map(str, action.choices or ())) or action.dest.upper())
    )
    return f"`{' '.join(filter(None, (names, value)))}`".replace("|", BAR)


def told(action: Action) -> str:
    return " ".join(str(action.help or "").split()).replace("|", "\\|").replace("<", "&lt;").replace("%%", "%")
