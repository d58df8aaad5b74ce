"""Where a list of the settings is written out, through sums, stars and further names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django_entrance.init.elements import Display
from django_entrance.init.files import PythonFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A list that is written out in a module: the name that it is given, and its statement."""

    file: PythonFile
    statement: ast.stmt
    name: str
    display: Display

    def quoted(self, value: str) -> str:
        return self.file.in_its_quotes(f'"{value}"')

    def element(self, value: str) -> ast.expr | None:
        """Return the element that is this text, or None."""
        return next((each for each in self.display.elts if is_text(each, value)), None)


def written(files: Iterable[PythonFile], name: str, seen: frozenset[str] = frozenset()) -> Iterator[Written]:
    """Yield each list that the modules give to a name, directly or by way of other names; not within conditions."""
    for file in files:
        for statement in file.tree.body:
            value = value_for(statement, name)
            for each in parts(value) if value else ():
                if isinstance(each, ast.List | ast.Tuple):
                    yield Written(file=file, statement=statement, name=name, display=each)
                elif isinstance(each, ast.Name) and each.id not in seen | {name}:
                    yield from written(files, each.id, seen | {name})


def value_for(statement: ast.stmt, name: str) -> ast.expr | None:
    """Return what a statement assigns or adds to a name."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            pass
        case (
            ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
            | ast.AugAssign(target=ast.Name(id=target), op=ast.Add(), value=value)
        ):
            pass
        case _:
            return None
    return value if target == name else None


def parts(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the lists and names that a value is made of."""
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from parts(left)
            yield from parts(right)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            yield value
            for each in elements:
                if isinstance(each, ast.Starred):
                    yield from parts(each.value)
        case ast.Name():
            yield value


def is_set(files: Iterable[PythonFile], name: str) -> bool:
    """Return whether a module sets the name anywhere: also within a condition, by an import or as a function."""
    return any(given_name(node) == name for file in files for node in ast.walk(file.tree))


def given_name(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.alias(name=name, asname=other):
            return other or name.partition(".")[0]
    return None


def says(files: Iterable[PythonFile], *texts: str) -> bool:
    """Return whether a module has one of the texts anywhere; not as the key of a dict, such as a logger's name."""
    return any(
        is_text(node, *texts) and not (isinstance(parent, ast.Dict) and node in parent.keys)
        for file in files
        for parent in ast.walk(file.tree)
        for node in ast.iter_child_nodes(parent)
    )


def is_text(node: ast.AST, *texts: str) -> bool:
    return isinstance(node, ast.Constant) and node.value in texts
