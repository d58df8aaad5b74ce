"""Lists the people of a running server."""

from __future__ import annotations

import argparse

from entra_double._cli.ending import NOT_SO, CommandError
from entra_double._cli.running import add_options, running
from entra_double._world.directory import Directory
from entra_double._world.principals import Person

_HEADINGS = ("USER NAME", "NAME", "ROLES", "GROUPS", "")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    users = commands.add_parser("users", help="list the people of a running server")
    users.add_argument("text", nargs="?", default="", help="only those with this in their name or user name")
    add_options(users)
    users.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a table for each tenant."""
    directory = running(options).directory()
    found = 0
    for tenant in directory.tenants:
        people = [person for person in directory.people_of(tenant) if person.is_called(options.text)]
        if people:
            print(f"{tenant.name} ({tenant.domain})" if not found else f"\n{tenant.name} ({tenant.domain})")
            _print([_HEADINGS, *(_row(directory, person) for person in people)])
        found += len(people)
    if not found:
        raise CommandError(f"there is nobody with {options.text!r} in the name.", NOT_SO)
    return 0


def _row(directory: Directory, person: Person) -> tuple[str, ...]:
    roles = ", ".join(directory.all_roles_of(person))
    groups = ", ".join(sorted(group.name for group in directory.groups_of(person.object_id)))
    marks = [mark for mark, holds in (("guest", person.is_guest), ("disabled", not person.enabled)) if holds]
    return person.username, person.name, roles or "-", groups or "-", ", ".join(marks)


def _print(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        print("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
