"""Finds who needs a setting that the command has added: what adds to it breaks without it."""

from __future__ import annotations

import ast
from pathlib import Path

from django_entrance.init.files import read_python
from django_entrance.init.project import own_files
from django_entrance.init.refusing import InitRefused
from django_entrance.init.values import value_for


def needed_by(root: Path, path: Path, text: str, added: str) -> tuple[str, Path] | None:
    """Return a setting of ``added`` and a file that needs it, or None. ``text`` is the file without ``added``."""
    tree = ast.parse(text)
    for name in names_set_by(added):
        if not is_given(tree, name):
            for other, each in [(path, tree), *modules_with(root, path, name)]:
                if uses(each, name) and not is_given(each, name):
                    return name, other
    return None


def names_set_by(code: str) -> list[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:  # an element of a list, with the white space before it
        return []
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def modules_with(root: Path, besides: Path, name: str) -> list[tuple[Path, ast.Module]]:
    """Return the other modules of the project that have a word, and can be read."""
    found = []
    for path in own_files(root, (".py",)):
        try:
            if path != besides and name.encode() in path.read_bytes():
                found.append((path, read_python(path).tree))
        except (OSError, InitRefused):
            continue
    return found


def uses(tree: ast.Module, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


def is_given(tree: ast.Module, name: str) -> bool:
    """Return whether a module gives the name a value of its own."""
    statements = [each for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign)]
    return any(value_for(each, name) for each in statements)
