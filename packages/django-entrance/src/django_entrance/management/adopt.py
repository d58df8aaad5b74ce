"""``manage.py entrance adopt``: binds existing users to the people of a tenant before they first sign in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.accounts.adopting_many import Outcome, bind, plan
from django_entrance.conf.loading import current_settings
from django_entrance.entra.directory import DirectoryPerson
from django_entrance.management import adfs_report
from django_entrance.management.connect import tenant_id
from django_entrance.management.tenant_people import graph_people
from django_entrance.models import as_principal_name
from django_entrance.verification.issuers import GUID

HELP = (
    "Binds existing users to the people of a tenant, by user name or e-mail address. Without --write it only says so."
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "username": ("upn", "userprincipalname", "user principal name"),
    "object_id": ("object_id", "objectid", "object id", "id"),
}
"""Heads of the columns that count, as people write them and as Entra's own export has them."""


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--csv", metavar="FILE", help="a file with the columns upn and object_id")
    parser.add_argument("--graph", action="store_true", help="ask Microsoft Graph for all users of the tenant")
    adfs_help = "users that django-auth-adfs found by name; without --graph they are only expected"
    parser.add_argument("--from-adfs", action="store_true", help=adfs_help)
    parser.add_argument("--staff", action="store_true", help="with --from-adfs: bind staff and superusers, too")
    parser.add_argument("--authority", metavar="NAME", help="the authority, where the settings have several")
    parser.add_argument("--tenant", metavar="ID", help="the tenant's id; without it TENANT_ID of the settings")
    parser.add_argument("--write", action="store_true", help="bind the users, and not only say who would be bound")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(
    command: BaseCommand,
    *,
    csv: str | None,
    graph: bool,
    from_adfs: bool,
    staff: bool,
    authority: str | None,
    tenant: str | None,
    write: bool,
    json: bool,
    **_: Any,
) -> None:
    """Print who binds, who does not and why; with ``write``, bind.

    Raises:
        CommandError: the file, the settings or Graph do not say who the people are; or the options do not fit together.
    """
    refuse_sources(csv=csv, graph=graph, from_adfs=from_adfs, staff=staff)
    where = tenant_id(tenant, authority)
    name = authority or next(iter(current_settings().AUTHORITIES))
    if from_adfs:
        people = graph_people(name, where) if graph else None
        lines = adfs_report.lines(where, name, people, staff=staff, write=write, json=json)
    else:
        report = plan(where, graph_people(name, where) if graph else read_csv(Path(csv or "")))
        report = [bind(where, each) for each in report] if write else report
        lines = as_json(report, write) if json else as_lines(report, write)
    for line in lines:
        command.stdout.write(line)


def refuse_sources(*, csv: str | None, graph: bool, from_adfs: bool, staff: bool) -> None:
    """Refuse options that do not name one source of people."""
    if csv is None and not (graph or from_adfs):
        raise CommandError("Name the people with --csv, --graph or --from-adfs.")
    if csv is not None and (graph or from_adfs):
        raise CommandError("--csv goes with neither --graph nor --from-adfs.")
    if staff and not from_adfs:
        raise CommandError("--staff goes with --from-adfs. Otherwise write ADOPT_STAFF in the settings.")


def read_csv(path: Path) -> list[DirectoryPerson]:
    """Return the people of a file. Each is taken for a member who may sign in.

    Raises:
        CommandError: the file cannot be read, lacks a column, or a row has no object id.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as problem:
        raise CommandError(f"{path} cannot be read: {type(problem).__name__}.") from None
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        columns = {key: column(rows.fieldnames or (), names) for key, names in COLUMNS.items()}
        return [read_row(row, columns, rows.line_num) for row in rows]
    except csv.Error as problem:
        raise CommandError(f"{path} cannot be read at line {rows.line_num}: {problem}.") from None


def delimiter_of(text: str) -> str:
    """Return what parts the columns: spreadsheets of many countries write semicolons."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def column(heads: Iterable[str], names: tuple[str, ...]) -> str:
    found = next((head for head in heads if head.strip().lower() in names), None)
    if found is None:
        raise CommandError(f"The file has no column {names[0]}.")
    return found


def read_row(row: Mapping[str, Any], columns: Mapping[str, str], line: int) -> DirectoryPerson:
    username, object_id = (as_principal_name(str(row[columns[key]] or "")) for key in ("username", "object_id"))
    if not GUID.fullmatch(object_id):
        raise CommandError(f"Line {line} has no object id: expected a GUID.")
    return DirectoryPerson(username, object_id, is_guest=False, is_enabled=True)


def as_lines(report: list[Outcome], is_written: bool) -> Iterator[str]:
    for each in report:
        name, user = each.person.username, each.user.get_username() if each.user else ""
        yield f"binds  {name} → {user}" if each.binds else f"skips  {name}: {each.reason}{f' ({user})' if user else ''}"
    bound = sum(each.binds for each in report)
    done = "were bound" if is_written else "would be bound; --write binds them"
    yield f"{bound} of {len(report)} people {done}."


def as_json(report: list[Outcome], is_written: bool) -> Iterator[str]:
    people = [
        {
            "upn": each.person.username,
            "object_id": each.person.object_id,
            "user": each.user.get_username() if each.user else None,
            "binds": each.binds,
            "reason": each.reason,
        }
        for each in report
    ]
    yield json.dumps({"written": is_written, "people": people}, indent=2)
