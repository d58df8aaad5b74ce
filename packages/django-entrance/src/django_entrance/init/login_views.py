"""Finds the templates that the project gives to ``LoginView``, in its URLs and in classes of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress

from django_entrance.init.files import PythonFile, bytes_of, read_python
from django_entrance.init.modules import Files
from django_entrance.init.project import Project, own_files
from django_entrance.init.refusing import InitRefused
from django_entrance.init.urls import root_urlconf
from django_entrance.init.values import value_for

VIEW = "LoginView"
OPTION = "template_name"


def named_by_urls(project: Project, files: Files) -> tuple[str, ...]:
    """Return the templates that the root URLconf gives to ``LoginView``."""
    urls = root_urlconf(project, files)
    return tuple(named_by_calls(read_python(urls))) if urls else ()


def named_elsewhere(project: Project) -> tuple[str, ...]:
    """Return the templates that any module gives to ``LoginView``, and those of the classes that inherit from it."""
    modules = list(modules_with_views(project))
    return tuple(name for module in modules for name in (*named_by_calls(module), *named_by_classes(module)))


def modules_with_views(project: Project) -> Iterator[PythonFile]:
    """Yield the modules that name ``LoginView``; one that cannot be read, or is no Python, names no template."""
    for path in own_files(project.root, (".py",)):
        with suppress(InitRefused):
            if VIEW.encode() in bytes_of(path):
                yield read_python(path)


def named_by_calls(module: PythonFile) -> Iterator[str]:
    """Yield the templates of ``LoginView.as_view(template_name="…")``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and VIEW in ast.dump(node.func):
            yield from (
                str(keyword.value.value)
                for keyword in node.keywords
                if keyword.arg == OPTION and isinstance(keyword.value, ast.Constant)
            )


def named_by_classes(module: PythonFile) -> Iterator[str]:
    """Yield the templates of ``class Ours(LoginView): template_name = "…"``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and any(VIEW in ast.dump(base) for base in node.bases):
            values = [value_for(statement, OPTION) for statement in node.body]
            yield from (str(each.value) for each in values if isinstance(each, ast.Constant))
