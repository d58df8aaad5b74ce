"""Prints what ``entrance register`` would do and has done: the plan, what is left, and the settings to paste."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_entrance.entra.registration.applying import Outcome
from django_entrance.entra.registration.changes import Change
from django_entrance.entra.registration.credential import own_secrets
from django_entrance.entra.registration.found import Found
from django_entrance.entra.registration.wanted import SECRET_NAME, Wanted
from django_entrance.management.registering import Registering
from django_entrance.verification.errors import shown

LONGEST_VALUE = 300

SECRET_HINT = "The secret is shown this once. Put it into the site's environment, and into no file that others read:"
KNOWN_SECRET = (
    "The API has a client secret that an earlier run made, valid until {ends_at}. Its value cannot be shown again. If"
    " it is lost, run the command with --new-secret, and remove the old one under Certificates & secrets."
)
TAKEN_BACK = (
    "Another run made a client secret at the same moment. That one stays, and this one was removed again: ask the other"
    " administrator for it, or run the command with --new-secret."
)


def plan_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the plan for people: each change with the properties that it sets."""
    if not changes:
        yield "Nothing to change: the registrations are as the settings say."
    for number, change in enumerate(changes, 1):
        yield f"{number}. {short(change.title)}"
        for item in change.items:
            before = "" if item.before in (None, [], "") else f"{short(item.before)} → "
            yield f"     {item.name}: {before}{short(item.after)}"


def by_name_lines(wanted: Wanted, found: Found) -> Iterator[str]:
    """Yield which registrations were found by their names alone; ``strangers`` has looked at what they have."""
    for client_id, known in ((wanted.client_id, found.api), (wanted.spa_client_id, found.spa)):
        if known and not client_id:
            name = f"{short(known.get('displayName'))} ({short(known['appId'])})"
            yield f"Found by its name alone: {name}. It has no owner but you."


def short(value: Any) -> str:
    """Return a value on one line: names of scopes, roles and claims instead of the whole objects."""
    if isinstance(value, str):
        return shown(value, at_most=LONGEST_VALUE)
    if isinstance(value, list):
        return ", ".join(map(short, value))[:LONGEST_VALUE] or "none"
    if isinstance(value, dict):
        names = ("value", "name", "appId", "resourceAppId", "displayName")
        return short(str(next((value[name] for name in names if name in value), json.dumps(value))))
    return json.dumps(value)


def print_outcome(command: BaseCommand, outcome: Outcome, what: Registering, *, as_json: bool) -> None:
    """Print the settings to paste, the secret once, and what is left.

    Raises:
        CommandError: something is left.
    """
    if as_json:
        command.stdout.write(json.dumps(outcome_json(outcome, what), indent=2))
    else:
        for line in outcome_lines(outcome, what):
            command.stdout.write(line)
    if outcome.left:
        told = "\n".join(f"- {left.change.title}: {left.why}" for left in outcome.left)
        raise CommandError(f"{len(outcome.left)} left:\n{told}")


def outcome_lines(outcome: Outcome, what: Registering) -> Iterator[str]:
    """Yield the settings to paste, and what to know about the secret."""
    if not outcome.done and not outcome.left:
        yield from plan_lines(())
    yield from settings_lines(outcome.found, what)
    if outcome.secret:
        yield f"\n{SECRET_HINT}\nENTRANCE_CLIENT_SECRET={outcome.secret}"
    elif outcome.is_secret_taken_back:
        yield TAKEN_BACK
    elif not what.own.has_credential and (known := own_secrets(outcome.found.api or {}, SECRET_NAME)):
        yield f"\n{KNOWN_SECRET.format(ends_at=known[-1].get('endDateTime'))}"


def outcome_json(outcome: Outcome, what: Registering) -> dict[str, Any]:
    secret = {"ENTRANCE_CLIENT_SECRET": outcome.secret} if outcome.secret else {}
    return {
        "done": [change.as_json() for change in outcome.done],
        "left": [{**left.change.as_json(), "why": left.why} for left in outcome.left],
        "settings": ids_of(outcome.found, what),
        "environment": secret,
        "is_secret_taken_back": outcome.is_secret_taken_back,
    }


def ids_of(found: Found, what: Registering) -> dict[str, str]:
    """Return the settings that follow from the registrations. The tenant's id takes the place of its domain."""
    api, spa, entry = found.api or {}, found.spa, found.api_entry or {}
    own = what.own
    tenant = own.TENANT_ID if own.has_several_tenants else str(entry.get("appOwnerOrganizationId") or own.TENANT_ID)
    ids = {"TENANT_ID": tenant, "CLIENT_ID": str(api.get("appId"))}
    return ids | ({"SPA_CLIENT_ID": str(spa["appId"])} if spa else {})


def settings_lines(found: Found, what: Registering) -> Iterator[str]:
    """Yield what to write into the settings."""
    where = f'ENTRANCE["AUTHORITIES"]["{what.authority}"]' if len(what.settings.AUTHORITIES) > 1 else "ENTRANCE"
    yield f"\nIn settings.py, in {where}:"
    for key, value in ids_of(found, what).items():
        yield f'    "{key}": "{value}",'
