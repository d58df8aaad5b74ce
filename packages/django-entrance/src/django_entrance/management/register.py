"""``entrance register``: makes both application registrations from the settings, and mends them when it runs again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.conf.options import normal_host
from django_entrance.entra.registration.applying import Application, Outcome, Stopped, plan, why_refused
from django_entrance.entra.registration.calls import GraphCalls, Refused
from django_entrance.entra.registration.changes import ASSIGN_ROLES, GRANT_SCOPES, WRITE_APPLICATIONS, Change
from django_entrance.entra.registration.exporting import EXPORTS
from django_entrance.entra.registration.found import RegistrationMissing, read_registrations
from django_entrance.entra.registration.strangers import RegistrationStrange, require_no_credential
from django_entrance.entra.registration.wanted import Choices, Wanted, wanted_registrations
from django_entrance.management.register_output import (
    by_name_lines,
    plan_lines,
    print_outcome,
    short,
)
from django_entrance.management.registering import (
    Registering,
    add_administrator,
    read_what_to_register,
    signed_in_administrator,
    sites,
)
from django_entrance.management.registering_credential import add_credential, chosen_credential

HELP = "Makes both application registrations at Entra from the settings; run again, it mends what differs."

SCOPES = (WRITE_APPLICATIONS, GRANT_SCOPES, ASSIGN_ROLES, "User.Read")
"""What the administrator's token is asked for. The last one tells who that is, to compare owners with."""


def add_arguments(parser: CommandParser) -> None:
    add_administrator(parser)
    parser.add_argument("--name", help="name of the registrations; by default the host of PUBLIC_URL")
    site_help = "scheme and host of a site, such as http://localhost:8000; repeat it; PUBLIC_URL is always one"
    parser.add_argument("--site", metavar="URL", action="append", default=[], help=site_help)
    front_help = "a registration for a front end, too; by default unless CLIENT_ID is there without SPA_CLIENT_ID"
    parser.add_argument("--front-end", choices=("yes", "no"), help=front_help)
    required_help = "admit only people who are assigned; by default for a new API, and as it is for one that is there"
    parser.add_argument("--assignment-required", choices=("yes", "no"), help=required_help)
    parser.add_argument("--no-consent", action="store_true", help="leave administrator's consent to others")
    add_credential(parser)
    parser.add_argument("--plan", action="store_true", help="print what would change, and change nothing")
    parser.add_argument("--json", action="store_true", help="print the plan, or the result, as JSON")
    parser.add_argument("--yes", action="store_true", help="do not ask before the changes")
    export_help = "print the same as a file, instead of asking Microsoft"
    parser.add_argument("--export", choices=tuple(EXPORTS), help=export_help)


def run(command: BaseCommand, **options: Any) -> None:
    """Print the plan, ask, make the changes, and print the settings to paste.

    Raises:
        CommandError: something is left; the exit code is 1.
    """
    what = read_what_to_register(options["authority"], options["tenant"])
    wanted = wanted_by(what, options)
    if options["export"]:
        command.stdout.write(EXPORTS[options["export"]](wanted))
        return
    graph = signed_in_administrator(command, what, SCOPES, way=options["sign_in"], client_id=options["admin_client"])
    try:
        found = read_registrations(wanted, graph)
        require_no_credential(wanted, found.api, found.spa)
        for line in by_name_lines(wanted, found):
            command.stderr.write(line)
        changes = plan(wanted, found)
        if options["plan"]:
            print_plan(command, changes, as_json=options["json"])
            return
        if changes and not options["yes"]:
            ask(command, changes)
        outcome = apply(command, wanted, graph, as_json=options["json"]) if changes else Outcome(found=found)
    except RegistrationMissing as problem:
        hint = f"Compare the tenant, or remove {problem.key} from the settings to register anew."
        raise CommandError(f"{problem} {hint}") from None
    except RegistrationStrange as problem:
        raise CommandError(str(problem)) from None
    except Refused as refused:
        raise CommandError(why_refused(WRITE_APPLICATIONS, refused)) from None
    print_outcome(command, outcome, what, as_json=options["json"])


def wanted_by(what: Registering, options: dict[str, Any]) -> Wanted:
    """Return what the settings and the options ask for."""
    public = what.settings.PUBLIC_URL
    addresses = [*([public] if public else []), *map(normal_host, options["site"])]
    if not addresses:
        raise CommandError("Where is the site? Set PUBLIC_URL, or name it: --site https://logbook.contoso.com")
    front_end = options["front_end"]
    by_settings = what.is_new or what.own.SPA_CLIENT_ID is not None
    choices = Choices(
        name=options["name"] or addresses[0].partition("://")[2].partition(":")[0],
        sites=sites(addresses, what.settings.POST_LOGOUT_REDIRECT_URI),
        has_front_end=front_end == "yes" if front_end else by_settings,
        assignment_required=options["assignment_required"] == "yes" if options["assignment_required"] else None,
        credential=chosen_credential(what.own, what.is_new, options),
        consent=not options["no_consent"],
    )
    return wanted_registrations(what.settings, what.authority, choices, is_new=what.is_new)


def print_plan(command: BaseCommand, changes: Sequence[Change], *, as_json: bool) -> None:
    if as_json:
        command.stdout.write(json.dumps({"changes": [change.as_json() for change in changes]}, indent=2))
        return
    for line in plan_lines(changes):
        command.stdout.write(line)


def ask(command: BaseCommand, changes: Sequence[Change]) -> None:
    for line in plan_lines(changes):
        command.stderr.write(line)
    command.stderr.write(f"Make {'this change' if len(changes) == 1 else f'these {len(changes)} changes'}? [yes/no] ")
    try:
        answer = input()
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise CommandError("Nothing was changed.")


def apply(command: BaseCommand, wanted: Wanted, graph: GraphCalls, *, as_json: bool) -> Outcome:
    def tell(change: Change) -> None:
        if not as_json:
            command.stdout.write(f"… {change.title}")

    try:
        return Application(wanted, graph, tell).run()
    except Stopped as stopped:
        made = ", ".join(short(change.title) for change in stopped.done) or "nothing"
        left = stopped.left
        told = f"Stopped at: {left.change.title}. {left.why} Done before: {made}."
        raise CommandError(f"{told} Run the command again: it goes on from there.") from None
