"""Plans the insertions into the root URLconf: the patterns of django-entrance, and the names that they need."""

from __future__ import annotations

import ast
from pathlib import Path

from django_entrance.init.elements import certain, having, indentation, prepend, statement_after
from django_entrance.init.files import PythonFile, read_python
from django_entrance.init.insertions import Insertion
from django_entrance.init.modules import Files
from django_entrance.init.plan import ByHand, Plan
from django_entrance.init.project import Project
from django_entrance.init.values import is_set, says, value_for

OUR_URLS = "django_entrance.urls"
SOURCES = {"path": ("django.urls",), "include": ("django.urls", "django.conf.urls")}
"""The names that the pattern needs, and the modules that have them."""


def plan_urls(project: Project, files: Files, plan: Plan) -> None:
    """Add the patterns, first of all; outside ``i18n_patterns``, since a redirect URI has one address only."""
    line = f'path("entrance/", include("{OUR_URLS}")),  # first in urlpatterns'
    urls = root_urlconf(project, files)
    if urls is None:
        why = "ROOT_URLCONF is not one text that names a module of this project"
        plan.by_hand.append(ByHand(where="the root URLconf", why=why, lines=line))
        return
    file = read_python(urls)
    if says([file], OUR_URLS):
        return
    names = {name: known_as(file, name) for name in SOURCES}
    missing = tuple(name for name in sorted(names) if names[name] is None)
    if taken := [name for name in missing if is_set([file], name)]:
        why = f"{' and '.join(taken)} is something else there than Django's"
        plan.by_hand.append(ByHand(where=project.short(urls), why=why, lines=line))
        return
    code = f'{names["path"] or "path"}("entrance/", {names["include"] or "include"}("{OUR_URLS}"))'
    pattern = file.in_its_quotes(code)
    inserted = [*imports(file, missing), place(file, pattern)] if missing else [place(file, pattern)]
    found = [each for each in inserted if each]
    if len(found) == len(inserted):
        plan.insertions.extend(found)
    else:
        why = "no place in urlpatterns is certain"
        plan.by_hand.append(ByHand(where=project.short(urls), why=why, lines=line))


def root_urlconf(project: Project, files: Files) -> Path | None:
    """Return the file of the root URLconf if the settings name one only."""
    values = [value_for(statement, "ROOT_URLCONF") for file in files.values() for statement in file.tree.body]
    names = {each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return project.module(names.pop()) if len(names) == 1 else None


def known_as(file: PythonFile, name: str) -> str | None:
    """Return what the module calls a name of ``django.urls``, or None if it does not import it."""
    for statement in file.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module in SOURCES[name] and not statement.level:
            for alias in statement.names:
                if alias.name == name:
                    return alias.asname or name
    return None


def place(file: PythonFile, pattern: str) -> Insertion | None:
    """Return the insertion into the list of patterns, or of a statement that puts the pattern before all others."""
    statements = [each for each in file.tree.body if gives_patterns(each)]
    values = [value_for(each, "urlpatterns") for each in statements]
    if not any(values):
        return None
    assignments = [each for each in statements if isinstance(each, ast.Assign | ast.AnnAssign)]
    if isinstance(values[0], ast.List) and len(assignments) == 1:
        return prepend(file, values[0], pattern)
    return statement_after(file, statements[-1], f"\nurlpatterns = [{pattern}, *urlpatterns]")


def gives_patterns(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "urlpatterns" for node in ast.walk(statement))


def imports(file: PythonFile, missing: tuple[str, ...]) -> list[Insertion | None]:
    """Return the insertions of imports: into that of ``django.urls``, else in a line after the last one."""
    statements = [each for each in file.tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
    for each in statements:
        if isinstance(each, ast.ImportFrom) and each.module == "django.urls" and each.names[0].name != "*":
            return [add_name(file, each, name) for name in missing]
    code = f"from django.urls import {', '.join(missing)}"
    if not statements:
        return [None]
    added = statement_after(file, statements[-1], code)
    return [added and Insertion(file=file, offset=added.offset, text=added.text, imports=missing)]


def add_name(file: PythonFile, statement: ast.ImportFrom, name: str) -> Insertion | None:
    """Return the insertion of a name as the first one of an import."""
    first = statement.names[0]
    indent = indentation(file, first)
    start = file.start(first)
    if indent is None:
        insertion = Insertion(file=file, offset=start, text=f"{name}, ", imports=(name,))
    else:
        text = f"{indent}{name},{file.newline}"
        insertion = Insertion(file=file, offset=file.line_start(start), text=text, imports=(name,))
    return certain(file, insertion, having(statement.names, 0, ast.alias(name)))
