"""Finds the project: its folder, the settings modules that its programs name, and the files of its modules."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django_entrance.init.files import PythonFile, read_python
from django_entrance.init.refusing import InitRefused

VARIABLE = "DJANGO_SETTINGS_MODULE"
SERVERS = ("asgi.py", "wsgi.py")
NOT_OURS = {"node_modules", "site-packages", "__pycache__", "staticfiles"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The folder with ``manage.py``, and the names of the settings modules, that of ``manage.py`` first."""

    root: Path
    settings: tuple[str, ...]

    def module(self, name: str) -> Path | None:
        """Return the file of a module, or None if the project does not have it."""
        for folder in (self.root, self.root / "src"):
            if found := module_in(folder, name.split(".")):
                return self.inside(found)
        return None

    def inside(self, path: Path) -> Path:
        """Return the path without links, as ``inside`` below."""
        return inside(self.root, path)

    def short(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def inside(root: Path, path: Path) -> Path:
    """Return the path without links.

    Raises:
        InitRefused: it leads out of the folder, or is no path: too long, or links that lead in a circle.
    """
    try:
        real = path.resolve()
        real.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise InitRefused(f"{str(path)!r} cannot be read: {error}. Nothing was changed.") from None
    if not real.is_relative_to(root):
        raise InitRefused(f"{path} leads out of the project, to {real}. Make the change there by hand.")
    return real


def module_in(folder: Path, parts: list[str]) -> Path | None:
    """Return the file of a module below a folder; a package comes before a module of the same name, as in Python."""
    place = folder.joinpath(*parts)
    candidates = (place / "__init__.py", place.parent / f"{place.name}.py")
    return next((path for path in candidates if path.is_file()), None)


def find_project(folder: Path, settings: str | None) -> Project:
    """Return the project in a folder, with the settings of ``manage.py`` and those that its servers name.

    ``settings`` is the only module then. ``DJANGO_SETTINGS_MODULE`` comes before ``manage.py``, as in Django.

    Raises:
        InitRefused: there is no project, or its settings are unknown.
    """
    root = find_root(folder)
    name = settings or os.environ.get(VARIABLE) or named_by(read_python(root / "manage.py"))
    if not name:
        raise InitRefused("manage.py does not say which settings it uses. Name the module: --settings mysite.settings")
    project = Project(root=root, settings=(name,))
    if project.module(name) is None:
        raise InitRefused(f"The settings module {name} has no file below {root}. Name another: --settings MODULE")
    return project if settings else replace(project, settings=tuple(dict.fromkeys((name, *named_by_servers(project)))))


def named_by_servers(project: Project) -> Iterator[str]:
    """Yield the settings modules that ``asgi.py`` and ``wsgi.py`` name, those of the project only."""
    for path in own_files(project.root, SERVERS):
        name = named_by(read_python(project.inside(path)))
        if name and project.module(name):
            yield name


def find_root(folder: Path) -> Path:
    """Return the folder, without links.

    Raises:
        InitRefused: it has no ``manage.py``.
    """
    root = folder.resolve()
    if not (root / "manage.py").is_file():
        raise InitRefused(f"{root} has no manage.py. Run the command beside it, or name its folder: --project FOLDER")
    return root


def own_files(root: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files of the project with these endings; none of environments, packages and hidden folders."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if is_own(Path(folder, each)))
        yield from (Path(folder, each) for each in sorted(names) if each.endswith(endings))


def is_own(folder: Path) -> bool:
    return folder.name not in NOT_OURS and not folder.name.startswith(".") and not (folder / "pyvenv.cfg").exists()


def named_by(program: PythonFile) -> str | None:
    """Return the settings module that a program sets in the environment."""
    for node in ast.walk(program.tree):
        match node:
            case ast.Call(args=[ast.Constant(value="DJANGO_SETTINGS_MODULE"), ast.Constant(value=str(name))]):
                return name
            case ast.Assign(
                targets=[ast.Subscript(slice=ast.Constant(value="DJANGO_SETTINGS_MODULE"))],
                value=ast.Constant(value=str(name)),
            ):
                return name
    return None
