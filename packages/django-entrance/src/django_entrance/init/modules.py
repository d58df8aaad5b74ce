"""The files that make the settings together: a module, and those that it imports with a star or includes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from glob import glob
from pathlib import Path

from django_entrance.init.files import PythonFile, read_python
from django_entrance.init.project import Project, module_in

Files = dict[Path, PythonFile]


def settings_files(project: Project, name: str, known: Files) -> Files:
    """Return the files of a settings module, those of the project only, the first one first.

    ``known`` are files that were read before, and gets the others.

    Raises:
        InitRefused: one of them cannot be read, or leads out of the project.
    """
    files: Files = {}
    first = project.module(name)
    waiting = [first] if first else []
    while waiting:
        path = waiting.pop(0)
        if path not in files:
            files[path] = known[path] = known.get(path) or read_python(path)
            waiting += parts_of(project, files[path])
    return files


def parts_of(project: Project, file: PythonFile) -> Iterator[Path]:
    for node in ast.walk(file.tree):
        match node:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                yield from imported(project, file.path, node)
            case ast.Call(func=ast.Name(id="include"), args=arguments):
                for argument in arguments:
                    yield from included(project, file.path, argument)


def imported(project: Project, importing: Path, node: ast.ImportFrom) -> Iterator[Path]:
    """Yield the file of ``from module import *``."""
    parts = node.module.split(".") if node.module else []
    if not node.level:
        found = project.module(".".join(parts))
    elif node.level > len(importing.parents):
        found = None
    else:
        folder = importing.parents[node.level - 1]
        found = module_in(folder, parts) if parts else module_in(folder.parent, [folder.name])
    if found:
        yield project.inside(found)


def brings_unseen(project: Project, file: PythonFile, above: ast.stmt | None = None) -> bool:
    """Return whether a star import brings settings from outside the project, above a statement of the file.

    Without a statement: above the last star import from the project, whose settings take the place of those.
    """
    stars = [node for node in ast.walk(file.tree) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
    own = [node.lineno for node in stars if node.level or project.module(node.module or "")]
    limit = above.lineno if above else max(own, default=0)
    return any(node.lineno < limit and node.lineno not in own for node in stars)


def included(project: Project, including: Path, argument: ast.expr) -> Iterator[Path]:
    """Yield the files of an argument of django-split-settings' ``include``, also within ``optional``."""
    match argument:
        case ast.Call(func=ast.Name(id="optional"), args=[inner]):
            yield from included(project, including, inner)
        case ast.Constant(value=str(pattern)):
            for path in sorted(glob(pattern, root_dir=including.parent)):
                yield project.inside(including.parent / path)
