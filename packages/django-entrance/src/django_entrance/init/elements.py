"""Inserts an element into a list that is written out, or a statement into a module, in the style of its neighbours."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from django_entrance.init.files import PythonFile
from django_entrance.init.insertions import Insertion, apply

Display = ast.List | ast.Tuple
Node = TypeVar("Node", bound=ast.AST)
REST_OF_LINE = re.compile(r"[ \t]*(#.*)?(?=\r|\n|\Z)")
COMMA = re.compile(r"[ \t]*,")


def append(file: PythonFile, display: Display, code: str) -> Insertion | None:
    """Return the insertion of an element as the last one, or None if no place is certain."""
    if display.elts:
        return insert_after(file, display, display.elts[-1], code)
    lone = f"{code}," if isinstance(display, ast.Tuple) else code
    return certain(file, Insertion(file=file, offset=file.start(display) + 1, text=lone), element(display, 0, code))


def insert_after(file: PythonFile, display: Display, before: ast.expr, code: str) -> Insertion | None:
    """Return the insertion of an element directly after another one, or None if no place is certain."""
    insertion = after_comma(file, before, code) or before_comma(file, before, code)
    return certain(file, insertion, element(display, display.elts.index(before) + 1, code))


def after_comma(file: PythonFile, before: ast.expr, code: str) -> Insertion | None:
    comma = COMMA.match(file.text, file.end(before))
    if comma is None:
        return None
    indent = indentation(file, before)
    rest = REST_OF_LINE.match(file.text, comma.end())
    if indent is None or rest is None or rest.end() == len(file.text):
        return Insertion(file=file, offset=comma.end(), text=f" {code},")
    return Insertion(file=file, offset=file.next_line(comma.end()), text=f"{indent}{code},{file.newline}")


def before_comma(file: PythonFile, before: ast.expr, code: str) -> Insertion:
    """The last element has no comma: begin with it."""
    indent = indentation(file, before)
    between = " " if indent is None else file.newline + indent
    return Insertion(file=file, offset=file.end(before), text=f",{between}{code}")


def prepend(file: PythonFile, display: Display, code: str) -> Insertion | None:
    """Return the insertion of an element as the first one, or None if no place is certain."""
    bracket = file.start(display) + 1
    first = display.elts[0] if display.elts else None
    rest = REST_OF_LINE.match(file.text, bracket)
    if first is None or rest is None:
        insertion = Insertion(file=file, offset=bracket, text=f"{code}, " if first else code)
    else:
        indent = indentation(file, first) or "    "
        insertion = Insertion(file=file, offset=file.next_line(bracket), text=f"{indent}{code},{file.newline}")
    return certain(file, insertion, element(display, 0, code))


def statement_after(file: PythonFile, before: ast.stmt, code: str) -> Insertion | None:
    """Return the insertion of statements, in lines of their own, after a statement of the module; None as above."""
    end = file.end(before)
    offset = file.next_line(end)
    written = code.replace("\n", file.newline)
    is_last_line = offset == file.line_end(end)
    text = file.newline + written if is_last_line else written + file.newline
    place = file.tree.body.index(before) + 1

    return certain(
        file, Insertion(file=file, offset=offset, text=text), having(file.tree.body, place, *ast.parse(code).body)
    )


def element(display: Display, place: int, code: str) -> AbstractContextManager[None]:
    return having(display.elts, place, ast.parse(code, mode="eval").body)


@contextmanager
def having(nodes: list[Node], place: int, *more: Node) -> Iterator[None]:
    """Have further nodes in a part of the tree, for a while."""
    nodes[place:place] = more
    yield
    del nodes[place : place + len(more)]


def certain(file: PythonFile, insertion: Insertion, change: AbstractContextManager[None]) -> Insertion | None:
    """Return the insertion if the new text means the tree with that change, and nothing else."""
    with change:
        expected = ast.dump(file.tree)
    text, _ = apply(file.text, [insertion])
    try:
        return insertion if ast.dump(ast.parse(text)) == expected else None
    except SyntaxError:
        return None


def indentation(file: PythonFile, node: ast.expr | ast.stmt | ast.alias) -> str | None:
    """Return what is before a node on its line if that is only white space; else None."""
    start = file.start(node)
    before = file.text[file.line_start(start) : start]
    return None if before.strip() else before
