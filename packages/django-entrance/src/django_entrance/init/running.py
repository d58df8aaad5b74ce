"""Runs the command: shows the changes, asks, writes all or nothing, and says what is left."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from django_entrance.init.adding import changes_of
from django_entrance.init.changes import Change, diff, write_all
from django_entrance.init.plan import Plan
from django_entrance.init.planning import plan_for
from django_entrance.init.project import find_project, find_root
from django_entrance.init.record import NAME, read_record
from django_entrance.init.refusing import InitRefused, printable
from django_entrance.init.remaining import still_ours
from django_entrance.init.removing import removal_of

HELP = "Adds django-entrance to the project: settings, URLs and the button on its login page. Shows the diff first."

NEXT = f"""
Written. {NAME} remembers it for --undo: keep it with the project, or delete it.

Next, with a local Entra (pip install entra-double):
    entra-double serve                # in a terminal of its own
    export ENTRANCE_AUTHORITY_HOST=http://localhost:8400
    export ENTRANCE_TENANT_ID=c0470500-0000-4000-a000-000000000001
    export ENTRANCE_CLIENT_ID=a9100000-0000-4000-a000-000000000002
    export ENTRANCE_CLIENT_SECRET=entra-local-not-a-secret-api
    python manage.py migrate
    python manage.py runserver
Open your login page at http://localhost:8000, not at 127.0.0.1: the redirect URI is registered for localhost.
Later, with your own tenant: python manage.py entrance register"""

TABLES = """\
The tables stay in the database, and keep users with a Microsoft account from being deleted. To drop them, run before \
--undo: python manage.py migrate django_entrance zero"""

Say = Callable[[str], object]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options, other than ``--settings``, which Django's commands have already."""
    parser.add_argument("--project", metavar="FOLDER", type=Path, default=Path(), help="the folder with manage.py")
    parser.add_argument("--plan", action="store_true", help="only show what would change")
    parser.add_argument("--undo", action="store_true", help="take away what the command has added")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(
    *, project: Path, settings: str | None, plan: bool, undo: bool, yes: bool, say: Say, ask: Callable[[str], str]
) -> None:
    """Add django-entrance to a project, or take it away.

    Raises:
        InitRefused: nothing was changed, and why.
    """

    def tell(text: str) -> None:
        say(printable(text))

    try:
        changes = undoing(project, tell) if undo else adding(project, settings, tell)
    except RecursionError:
        raise InitRefused("A file of the project is nested too deeply. Nothing was changed.") from None
    if not changes or plan:
        return
    if yes or is_yes(ask):
        write_all(changes)
        say("Taken away." if undo else NEXT)
    else:
        say("Nothing was changed.")


def adding(folder: Path, settings: str | None, say: Say) -> list[Change]:
    """Show what is to be added, and by hand; return the changes."""
    project = find_project(folder, settings)
    plan = plan_for(project)
    changes = changes_of(project, plan)
    show(changes, project.root, say)
    tell_by_hand(plan, say)
    if not changes:
        say("Nothing to add." if plan.by_hand else "Nothing to add: the project has django-entrance.")
    return changes


def tell_by_hand(plan: Plan, say: Say) -> None:
    for each in plan.by_hand:
        lines = "\n".join(f"    {line}" for line in each.lines.splitlines())
        say(f"\nBy hand, in {each.where} ({each.why}):\n{lines}")


def undoing(folder: Path, say: Say) -> list[Change]:
    """Show what is to be taken away, and what stays; return the changes."""
    root = find_root(folder)
    record = read_record(root)
    if record is None:
        say(f"Nothing to undo: there is no {NAME} in {root}.")
        return []
    removal = removal_of(root, record)
    show(removal.changes, root, say)
    for sentence in (*removal.left, *still_ours(root, removal.changes), TABLES):
        say(sentence)
    return removal.changes


def show(changes: list[Change], root: Path, say: Say) -> None:
    for line in diff([each for each in changes if each.path.name != NAME], root):
        say(line)


def is_yes(ask: Callable[[str], str]) -> bool:
    try:
        return ask("\nWrite this? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
