"""Plans the insertions into the settings: the app, the middleware, the backend and ``ENTRANCE``."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django_entrance.init.elements import append, insert_after, prepend, statement_after
from django_entrance.init.insertions import Insertion
from django_entrance.init.modules import Files, brings_unseen
from django_entrance.init.plan import ByHand, Plan
from django_entrance.init.project import Project
from django_entrance.init.values import Written, is_set, says, written

APP = "django_entrance"
OUR_MIDDLEWARE = "django_entrance.middleware.EntraMiddleware"
OUR_BACKEND = "django_entrance.backends.EntraBackend"
THEIR_APP = "django.contrib.auth"
THEIR_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"
THEIR_BACKEND = "django.contrib.auth.backends.ModelBackend"

BACKENDS = f"""
AUTHENTICATION_BACKENDS = [
    "{OUR_BACKEND}",
    "{THEIR_BACKEND}",
]"""

ENTRANCE = """
# From the environment: ENTRANCE_TENANT_ID, ENTRANCE_CLIENT_ID, ENTRANCE_CLIENT_SECRET. Other settings go here.
ENTRANCE: dict = {}"""


def plan_settings(project: Project, files: Files, plan: Plan) -> None:
    """Add what the settings lack."""
    if not says(files.values(), APP, "django_entrance.apps.EntranceConfig"):
        plan.add(add_app(files), by_hand(project, files, "INSTALLED_APPS", f'INSTALLED_APPS += ["{APP}"]', THEIR_APP))
    if not says(files.values(), OUR_MIDDLEWARE):
        line = f'"{OUR_MIDDLEWARE}",  # in MIDDLEWARE, directly after "{THEIR_MIDDLEWARE}"'
        plan.add(add_middleware(files), by_hand(project, files, "MIDDLEWARE", line, THEIR_MIDDLEWARE))
    if not says(files.values(), OUR_BACKEND):
        line = f'"{OUR_BACKEND}",  # in AUTHENTICATION_BACKENDS'
        plan.add(add_backend(project, files), by_hand(project, files, "AUTHENTICATION_BACKENDS", line, THEIR_BACKEND))
    if not is_set(files.values(), "ENTRANCE"):
        plan.add(add_statement(project, files, ENTRANCE), by_hand(project, files, "ENTRANCE", ENTRANCE.strip(), None))


def by_hand(project: Project, files: Files, name: str, line: str, beside: str | None) -> ByHand:
    """Return what to say where a list has no certain place."""
    setting = [file for file in files.values() if is_set([file], name)] or list(files.values())
    why = f"no single list of {name} that is written out has {beside!r}" if beside else "no place is certain"
    return ByHand(where=project.short(setting[0].path), why=why, lines=line)


def add_app(files: Files) -> Insertion | None:
    """Put the app at the end of the list of third-party apps if there is one, else of that with Django's own."""
    lists = list(written(files.values(), "INSTALLED_APPS"))
    third_party = [each for each in lists if "THIRD" in each.name]
    return into(third_party or having(lists, THEIR_APP), lambda each: append(each.file, each.display, each.quoted(APP)))


def add_middleware(files: Files) -> Insertion | None:
    """Put the middleware directly after ``AuthenticationMiddleware``."""

    def place(each: Written) -> Insertion | None:
        theirs = each.element(THEIR_MIDDLEWARE)
        return insert_after(each.file, each.display, theirs, each.quoted(OUR_MIDDLEWARE)) if theirs else None

    return into(having(written(files.values(), "MIDDLEWARE"), THEIR_MIDDLEWARE), place)


def add_backend(project: Project, files: Files) -> Insertion | None:
    """Put the backend first, or write the setting where there is none."""
    if not is_set(files.values(), "AUTHENTICATION_BACKENDS"):
        return add_statement(project, files, BACKENDS)
    lists = list(written(files.values(), "AUTHENTICATION_BACKENDS"))
    return into(
        lists if len(lists) == 1 else having(lists, THEIR_BACKEND),
        lambda each: prepend(each.file, each.display, each.quoted(OUR_BACKEND)),
    )


def add_statement(project: Project, files: Files, code: str) -> Insertion | None:
    """Put a new setting after ``MIDDLEWARE``, in the file that has Django's own.

    It may not take the place of one that comes from outside the project, such as backends without passwords.
    """

    def place(each: Written) -> Insertion | None:
        above = {file.path: each.statement if file is each.file else None for file in files.values()}
        if any(brings_unseen(project, file, above[file.path]) for file in files.values()):
            return None
        return statement_after(each.file, each.statement, each.file.in_its_quotes(code))

    return into(having(written(files.values(), "MIDDLEWARE"), THEIR_MIDDLEWARE), place)


def having(lists: Iterable[Written], value: str) -> list[Written]:
    return [each for each in lists if each.element(value)]


def into(lists: list[Written], place: Callable[[Written], Insertion | None]) -> Insertion | None:
    """Return the insertion into the one list, or None if there is none, or several."""
    displays = {id(each.display): each for each in lists}
    return place(*displays.values()) if len(displays) == 1 else None
