"""Prints what a running server has: its people, and a token."""

from __future__ import annotations

import argparse
import json

from entra_double._cli.options import FAILED, Command, CommandError, option
from entra_double._cli.running_server import SERVER_OPTIONS, running_server
from entra_double._world.directory import Directory
from entra_double._world.directory_file.problems import did_you_mean
from entra_double._world.principals import Person
from entra_double._world.requests.choices import Unclear, find_person

_HEADINGS = ("USER NAME", "NAME", "ROLES", "GROUPS", "")


def list_users(options: argparse.Namespace) -> int:
    """Print a table for each tenant."""
    directory = running_server(options).directory()
    tables = []
    for tenant in directory.tenants:
        people = [person for person in directory.people_of(tenant) if person.is_called(options.text)]
        if people:
            rows = [_HEADINGS, *(_row(directory, person) for person in people)]
            tables.append(f"{tenant.name} ({tenant.domain})\n{_table(rows)}")
    if not tables:
        raise CommandError(f"there are no people with {options.text!r} in the name.", FAILED)
    print("\n\n".join(tables))
    return 0


def _row(directory: Directory, person: Person) -> tuple[str, ...]:
    roles = ", ".join(directory.all_roles_of(person))
    groups = ", ".join(sorted(group.name for group in directory.groups_of(person.object_id)))
    marks = [mark for mark, holds in (("guest", person.is_guest), ("disabled", not person.enabled)) if holds]
    return person.username, person.name, roles or "-", groups or "-", ", ".join(marks)


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (zip(row, widths, strict=True) for row in rows)
    return "\n".join("  " + "  ".join(text.ljust(width) for text, width in line).rstrip() for line in lines)


def print_token(options: argparse.Namespace) -> int:
    """Print the token and nothing else, so that a shell can use it."""
    if (options.person is None) == (options.application is None):
        raise CommandError("name a person, or an application with --application NAME.")
    if options.application and (options.client or options.version):
        raise CommandError("--client and --version are for people's tokens.")
    server = running_server(options)
    directory = server.directory()
    body = _for_application(directory, options) if options.application else _for_person(directory, options)
    print(json.loads(server.control("POST", "token", body))["access_token"])
    return 0


def _for_application(directory: Directory, options: argparse.Namespace) -> dict[str, object]:
    return {"application": _application(directory, options.application), "scope": options.scope}


def _for_person(directory: Directory, options: argparse.Namespace) -> dict[str, object]:
    _check_person(directory, options.person)
    return {
        "person": options.person,
        "client_id": _application(directory, options.client) if options.client else None,
        "scope": options.scope,
        "version": options.version,
    }


def _check_person(directory: Directory, text: str) -> None:
    try:
        known = find_person(directory, text)
    except Unclear as unclear:
        raise CommandError(f"{unclear}.", FAILED) from None
    if known is None:
        names = (known.username for known in directory.people)
        raise CommandError(f"there is no person called {text!r}{did_you_mean(text, names)}.", FAILED)


def _application(directory: Directory, text: str) -> str:
    wanted = text.casefold()
    for known in directory.applications:
        if wanted in (known.client_id, known.name.casefold()):
            return known.client_id
    names = (known.name for known in directory.applications)
    raise CommandError(f"there is no application called {text!r}{did_you_mean(text, names)}.", FAILED)


USERS = Command(
    "users",
    "list the people of a running server",
    list_users,
    (
        option("text", nargs="?", default="", help="only people with this text in their name or user name"),
        *SERVER_OPTIONS,
    ),
)

TOKEN = Command(
    "token",
    "print an access token, made by a running server",
    print_token,
    (
        option("person", nargs="?", help="a user name; without its domain if there is only one such person"),
        option("--application", metavar="NAME", help="print this application's own token; name or id"),
        option("--client", metavar="NAME", help="the client application, by name or id"),
        option("--scope", help="the requested scope, such as api://…/access_as_user or api://…/.default"),
        option("--version", type=int, choices=(1, 2), help="the version of the token (default: the API's)"),
        *SERVER_OPTIONS,
    ),
)
