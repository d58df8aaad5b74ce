"""An element is written in the style of its neighbours, and only where the tree gets it and nothing else."""

import ast
from pathlib import Path

import pytest
from django_entrance.init.elements import Display, append, insert_after, prepend, statement_after
from django_entrance.init.files import PythonFile
from django_entrance.init.insertions import Insertion, apply


def python(text: str) -> PythonFile:
    return PythonFile(path=Path("settings.py"), text=text, encoding="utf-8", tree=ast.parse(text))


def display(file: PythonFile) -> Display:
    [statement] = file.tree.body
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, Display)
    return statement.value


def after(file: PythonFile, insertion: Insertion | None) -> str | None:
    return apply(file.text, [insertion])[0] if insertion else None


APPENDED = {
    "A = []": 'A = ["x"]',
    "A = ()": 'A = ("x",)',
    'A = ["a"]': 'A = ["a", "x"]',
    'A = ["a",]': 'A = ["a", "x",]',
    'A = "a", "b"': 'A = "a", "b", "x"',
    'A = [\n\t"a",\n]': 'A = [\n\t"a",\n\t"x",\n]',
    'A = [\r\n  "a",  # why\r\n]': 'A = [\r\n  "a",  # why\r\n  "x",\r\n]',
    'A = [\n  "a"\n]': 'A = [\n  "a",\n  "x"\n]',
    'A = [\n  "a",\n  *B,\n]': 'A = [\n  "a",\n  *B,\n  "x",\n]',
    'A = ["ä", "ö"]': 'A = ["ä", "ö", "x"]',
    'A = [\n  ("a"),\n]': None,
    'A = [\n  "a"  # no comma\n  ,\n]': 'A = [\n  "a",\n  "x"  # no comma\n  ,\n]',
    'A = [\n  "a",]': 'A = [\n  "a", "x",]',
    'A = [("a")]': None,
}


@pytest.mark.parametrize(("text", "expected"), APPENDED.items())
def test_append(text: str, expected: str | None) -> None:
    file = python(text)
    assert after(file, append(file, display(file), '"x"')) == expected


PREPENDED = {
    "A = []": 'A = ["x"]',
    'A = ["a"]': 'A = ["x", "a"]',
    'A = [\n  "a",\n]': 'A = [\n  "x",\n  "a",\n]',
    'A = [  # why\n  # about a\n  "a"]': 'A = [  # why\n  "x",\n  # about a\n  "a"]',
    "A = [\n]": 'A = ["x"\n]',
    'A = "a", "b"': None,
}


@pytest.mark.parametrize(("text", "expected"), PREPENDED.items())
def test_prepend(text: str, expected: str | None) -> None:
    file = python(text)
    assert after(file, prepend(file, display(file), '"x"')) == expected


def test_insert_after_one_of_several_on_a_line() -> None:
    file = python('A = ["a", "b", "c"]')
    elements = display(file)
    assert after(file, insert_after(file, elements, elements.elts[1], '"x"')) == 'A = ["a", "b", "x", "c"]'


STATEMENTS = {
    "A = 1\nB = 2\n": "A = 1\n\nX = 3\nB = 2\n",
    "A = 1": "A = 1\n\nX = 3",
    "A = 1\r\n": "A = 1\r\n\r\nX = 3\r\n",
    "A = (\n1\n)  # one\n": "A = (\n1\n)  # one\n\nX = 3\n",
    "A = 1; B = 2\n": None,
}


@pytest.mark.parametrize(("text", "expected"), STATEMENTS.items())
def test_statement_after(text: str, expected: str | None) -> None:
    file = python(text)
    assert after(file, statement_after(file, file.tree.body[0], "\nX = 3")) == expected
