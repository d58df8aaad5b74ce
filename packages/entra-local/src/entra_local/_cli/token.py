"""Prints a token of a running server."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable

from entra_local._cli.ending import NOT_SO, CommandError
from entra_local._cli.running import add_options, running
from entra_local._directory import Directory
from entra_local._directory_file.problems import did_you_mean
from entra_local._principals import Person
from entra_local._registration import AppRegistration
from entra_local._well_known import GRAPH_CLIENT_ID

_NO_CLIENT = (
    "no application with a redirect URI has consent for {scope}. Give one `permissions` and `admin_consent = true` in "
    "the directory file, or name another application with --client."
)


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
    known = _application(directory, options.application)
    asked = [
        api for api in _apis(directory) if any(each.resource_id == api.client_id for each in known.required_access)
    ]
    scope = options.scope or f"{_name(_only(asked or _apis(directory)))}/.default"
    return {"application": known.client_id, "scope": scope}


def _for_person(directory: Directory, options: argparse.Namespace) -> dict[str, object]:
    person = _person(directory, options.person)
    body: dict[str, object] = {"person": person.username}
    api = None
    if options.scope is None:
        api = _only([known for known in _apis(directory) if known.scopes])
        body["scope"] = f"{_name(api)}/{api.scopes[0].value}"
    else:
        body["scope"] = options.scope
    client = _application(directory, options.client) if options.client else _client(directory, person, api)
    if client is None:
        raise CommandError(_NO_CLIENT.format(scope=body["scope"]), NOT_SO)
    body["client_id"] = client.client_id
    return body | ({"version": options.version} if options.version else {})


def _person(directory: Directory, text: str) -> Person:
    wanted = text.casefold()
    exact = [known for known in directory.people if known.username.casefold() == wanted]
    short = [known for known in directory.people if known.username.casefold().partition("@")[0] == wanted]
    found = exact or short
    if not found:
        names = (known.username for known in directory.people)
        raise CommandError(f"there is no person called {text!r}{did_you_mean(text, names)}.", NOT_SO)
    if len({known.username for known in found}) > 1:
        raise CommandError(f"{text!r} may be {' or '.join(known.username for known in found)}.", NOT_SO)
    return found[0]


def _application(directory: Directory, text: str) -> AppRegistration:
    wanted = text.casefold()
    for known in directory.applications:
        if wanted in (known.client_id, known.name.casefold()):
            return known
    names = (known.name for known in directory.applications)
    raise CommandError(f"there is no application called {text!r}{did_you_mean(text, names)}.", NOT_SO)


def _client(directory: Directory, person: Person, api: AppRegistration | None) -> AppRegistration | None:
    """Find an application that people sign in to, and that may ask the API for them."""
    for known in directory.applications:
        granted = directory.granted_scopes(person.tenant_id, known, api, person.object_id) if api else True
        if known.redirect_uris and granted:
            return known
    return None


def _apis(directory: Directory) -> list[AppRegistration]:
    return [
        known
        for known in directory.applications
        if (known.scopes or known.app_roles) and known.client_id != GRAPH_CLIENT_ID
    ]


def _only(apis: Iterable[AppRegistration]) -> AppRegistration:
    known = list(apis)
    if len(known) == 1:
        return known[0]
    choices = ", ".join(f"{_name(api)}/{scope.value}" for api in known for scope in api.scopes)
    raise CommandError(f"say with --scope for which API: {choices or 'there is none in the directory'}.", NOT_SO)


def _name(api: AppRegistration) -> str:
    return api.app_id_uri or api.client_id
