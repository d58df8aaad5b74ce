"""Prints a token of a running server."""

from __future__ import annotations

import argparse
import json

from entra_double._cli.ending import NOT_SO, CommandError
from entra_double._cli.running import add_options, running
from entra_double._world.directory import Directory
from entra_double._world.directory_file.problems import did_you_mean
from entra_double._world.requests.choices import Unclear, find_person


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    token = commands.add_parser("token", help="print an access token, made by a running server")
    token.add_argument("person", nargs="?", help="a user name; without its domain if there is only one such person")
    token.add_argument(
        "--application", metavar="NAME", help="the application that gets a token of its own, by name or id"
    )
    token.add_argument("--client", metavar="NAME", help="the application that asks for the person, by name or id")
    token.add_argument("--scope", help="what is asked for, such as api://…/access_as_user or api://…/.default")
    token.add_argument("--version", type=int, choices=(1, 2), help="of the token, in place of the one the API takes")
    add_options(token)
    token.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the token and nothing else, so that a shell can use it."""
    if (options.person is None) == (options.application is None):
        raise CommandError("say whose token it is to be: a person's, or --application NAME.")
    if options.application and (options.client or options.version):
        raise CommandError("--client and --version are for people's tokens.")
    server = running(options)
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
        raise CommandError(f"{unclear}.", NOT_SO) from None
    if known is None:
        names = (known.username for known in directory.people)
        raise CommandError(f"there is no person called {text!r}{did_you_mean(text, names)}.", NOT_SO)


def _application(directory: Directory, text: str) -> str:
    wanted = text.casefold()
    for known in directory.applications:
        if wanted in (known.client_id, known.name.casefold()):
            return known.client_id
    names = (known.name for known in directory.applications)
    raise CommandError(f"there is no application called {text!r}{did_you_mean(text, names)}.", NOT_SO)
