"""Plans the button on the login page: below the form of the project's one template, or over allauth's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django_entrance.init.files import ProjectFile, read_text
from django_entrance.init.insertions import Insertion
from django_entrance.init.login_views import named_by_urls, named_elsewhere
from django_entrance.init.modules import Files
from django_entrance.init.plan import ByHand, Plan
from django_entrance.init.project import Project, own_files
from django_entrance.init.values import says

BUTTON = '{% include "django_entrance/sign_in.html" %}'
ALREADY = ("django_entrance/sign_in", "sign_in_with_microsoft")
NAMES = ("registration/login.html", "account/login.html")
"""Django's login page, and allauth's."""

NO_PAGE = (
    "the project has no template registration/login.html, and no LoginView names another; "
    "the admin's page has the button already"
)
ALLAUTH = "allauth.account"
OVER_ALLAUTH = f"""\
{{% extends "account/login.html" %}}
{{% block content %}}{{{{ block.super }}}}{BUTTON}{{% endblock content %}}
"""

FORM = re.compile(r"<form\b(?P<tag>[^>]*)>(?P<body>.*?)</form>", re.DOTALL | re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?-->|{#.*?#}|{%\s*comment\b[^%]*%}.*?{%\s*endcomment\s*%}", re.DOTALL)
PASSWORD = re.compile(r"password|{[{%][^{}]*\bform\b", re.IGNORECASE)
BLANK = re.compile(r"[ \t]*(?=\r|\n)")


def plan_login_page(project: Project, files: Files, plan: Plan) -> None:
    """Add the button, or say where to write it."""
    pages = list(login_pages(project, files))
    if not pages and says(files.values(), ALLAUTH):
        over_allauth(project, plan)
    elif not pages:
        plan.by_hand.append(by_hand("your login page", NO_PAGE))
    elif len(pages) > 1:
        names = ", ".join(map(project.short, pages))
        plan.by_hand.append(by_hand(names, "there are several login pages"))
    else:
        below_the_form(project, pages[0], plan)


def by_hand(where: str, why: str) -> ByHand:
    return ByHand(where=where, why=why, lines=BUTTON)


def login_pages(project: Project, files: Files) -> Iterator[Path]:
    """Yield the templates that may be the login page."""
    names = named_by_urls(project, files) or (*named_elsewhere(project), *NAMES)
    for path in own_files(project.root, (".html",)):
        if path.as_posix().endswith(tuple(f"/{name}" for name in names)) and "admin" not in path.parts[-3:]:
            yield path


def below_the_form(project: Project, path: Path, plan: Plan) -> None:
    file = read_text(project.inside(path))
    if not any(each in file.text for each in ALREADY):
        why = "it has no form with a password, or several"
        plan.add(insertion_below(file), by_hand(f"{project.short(file.path)}, below the form", why))


def insertion_below(file: ProjectFile) -> Insertion | None:
    """Return the insertion after the form with the password, or None if there is none, or several."""
    hidden = [found.span() for found in COMMENT.finditer(file.text)]
    forms = [
        found
        for found in FORM.finditer(file.text)
        if "post" in found["tag"].lower()
        and PASSWORD.search(found["body"])
        and not any(start <= found.start() < end for start, end in hidden)
    ]
    if len(forms) != 1:
        return None
    end = forms[0].end()
    if not BLANK.match(file.text, end):
        return Insertion(file=file, offset=end, text=BUTTON)
    line = file.text[file.line_start(end) :]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return Insertion(file=file, offset=file.next_line(end), text=f"{indent}{BUTTON}{file.newline}")


def over_allauth(project: Project, plan: Plan) -> None:
    """Write a template over allauth's page, where the project already has its own templates of allauth."""
    folders = sorted({found for path in own_files(project.root, (".html",)) if (found := above_allauth(path))})
    if len(folders) == 1:
        plan.new_files[project.inside(folders[0] / "account" / "login.html")] = OVER_ALLAUTH
    else:
        why = "it is allauth's, and no folder with templates over allauth's is certain"
        plan.by_hand.append(ByHand(where="a new template account/login.html", why=why, lines=OVER_ALLAUTH.rstrip()))


def above_allauth(path: Path) -> Path | None:
    """Return the folder of templates that has a template of allauth."""
    return next((each.parent for each in path.parents if each.name in {"account", "allauth"}), None)
