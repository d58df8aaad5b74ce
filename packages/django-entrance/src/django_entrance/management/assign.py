"""``entrance assign``: gives a person or a group an app role of the API, and takes it away again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.entra.registration.applying import why_refused
from django_entrance.entra.registration.assigning import (
    NotAssigned,
    assign,
    end_assignment,
    find_principal,
    role_id,
)
from django_entrance.entra.registration.calls import GraphCalls, Refused
from django_entrance.entra.registration.changes import ASSIGN_ROLES
from django_entrance.entra.registration.found import entry
from django_entrance.management.registering import (
    add_administrator,
    read_what_to_register,
    signed_in_administrator,
)

HELP = "Gives a person or a group an app role of the API. Roles are those of ACCESS, which register has made."

SCOPES = (ASSIGN_ROLES, "Application.Read.All", "User.ReadBasic.All", "GroupMember.Read.All")


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("who", metavar="PERSON|GROUP", help="user principal name, name of a group, or an object id")
    parser.add_argument("role", metavar="ROLE", help="value of an app role, as in ACCESS")
    parser.add_argument("--remove", action="store_true", help="take the role away")
    add_administrator(parser)


def run(command: BaseCommand, **options: Any) -> None:
    """Assign, or end the assignment; nothing happens where it is so already.

    Raises:
        CommandError: there is no such person, group, role or API, or Graph refuses.
    """
    what = read_what_to_register(options["authority"], options["tenant"])
    if what.is_new:
        raise CommandError("The settings have no CLIENT_ID: run entrance register first.")
    graph = signed_in_administrator(command, what, SCOPES, way=options["sign_in"], client_id=options["admin_client"])
    try:
        told = change(graph, what.own.CLIENT_ID, options["who"], options["role"], is_end=options["remove"])
    except NotAssigned as problem:
        raise CommandError(str(problem)) from None
    except Refused as refused:
        raise CommandError(why_refused(ASSIGN_ROLES, refused)) from None
    command.stdout.write(told)


def change(graph: GraphCalls, client_id: str, who: str, role: str, *, is_end: bool) -> str:
    """Return what was done, for people."""
    api = entry(graph, client_id)
    if api is None:
        raise NotAssigned(f"The tenant has no enterprise application {client_id}: run entrance register.")
    wanted = role_id(api, role)
    principal = find_principal(graph, who)
    if is_end:
        is_done = end_assignment(graph, api, principal, wanted)
        return (
            f"The {principal.kind} {principal.name} {'has no longer' if is_done else 'did not have'} the role {role}."
        )
    is_done = assign(graph, api, principal, wanted)
    return f"The {principal.kind} {principal.name} {'has' if is_done else 'already has'} the role {role}."
