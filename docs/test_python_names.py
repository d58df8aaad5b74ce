"""Each public Python name says what it takes and what it raises."""

import ast
import builtins
import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from operator import attrgetter
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.core import exceptions
from django.db.models import Model
from django.views import View
from django_entrance.entra.graph_faults import GraphError
from django_entrance.verification import errors
from python_page import PUBLIC
from python_reference import MADE_BY_USERS, METHODS, definition

NAMES = [(module, name) for module, names in PUBLIC.items() for name in names]
TWIN = re.compile(r"^(?:Do what|Run) ``(\w+(?:\.\w+)?)``")
RAISED = re.compile(r"^ {4}([A-Z]\w+(?:, [A-Z]\w+)*): ", re.MULTILINE)
SELF_EVIDENT = {"self", "cls", "request", "view", "tool", "user", "identity", "application"}
"""Parameters that a summary describes in words."""
OF_DJANGO = {*dir(ModelAdmin), *dir(View), *dir(Model)}


def thing_of(module: str, name: str) -> Any:
    return getattr(import_module(f"django_entrance.{module}"), name)


def functions() -> Iterator[Any]:
    """Yield the public functions, with the methods that users call and the classes that they make."""
    for module, name in NAMES:
        thing = thing_of(module, name)
        if inspect.isfunction(thing):
            yield pytest.param(thing, inspect.getdoc(thing) or "", id=f"{module}.{name}")
        elif name in MADE_BY_USERS:
            yield pytest.param(vars(thing)["__init__"], inspect.getdoc(thing) or "", id=f"{module}.{name}")
        for method in METHODS.get(name, ()):
            yield pytest.param(
                getattr(thing, method), inspect.getdoc(getattr(thing, method)) or "", id=f"{name}.{method}"
            )


def twin_of(function: Any, doc: str) -> Any:
    """Return the function that this one does the same as, or None. A class says it of each of its methods."""
    found = TWIN.match(doc)
    return None if found is None else attrgetter(found[1])(import_module(function.__module__))


def unnamed(function: Any, doc: str) -> list[str]:
    """Return the parameters that a docstring does not name."""
    args = definition(function).args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
    return [each.arg for each in every if each.arg not in SELF_EVIDENT and not re.search(rf"(?i)\b{each.arg}\b", doc)]


def raised_directly(function: Any) -> Iterator[type[BaseException]]:
    """Yield the exceptions that a function's own body raises by name."""
    known = vars(builtins) | vars(import_module(function.__module__))
    for node in ast.walk(definition(function)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            thing = known.get(target.id) if isinstance(target, ast.Name) else None
            if inspect.isclass(thing) and issubclass(thing, BaseException):
                yield thing


def listed(doc: str) -> dict[str, Any]:
    """Return the exceptions that a docstring lists, by name."""
    known = {**vars(builtins), **vars(exceptions), **vars(errors), "GraphError": GraphError}
    names = [name for names in RAISED.findall(doc.partition("Raises:\n")[2]) for name in names.split(", ")]
    return {name: known.get(name) for name in names}


@pytest.mark.parametrize(("module", "name"), NAMES, ids=lambda each: each)
def test_it_begins_with_a_sentence(module: str, name: str) -> None:
    thing = thing_of(module, name)
    first = (vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__) or ""
    assert re.match(r"\S[^\n]+(?:\n[^\n]+)*[.:]", textwrap.dedent(first)), "a docstring of its own"


@pytest.mark.parametrize(("function", "doc"), [*functions()])
def test_it_says_what_it_takes(function: Any, doc: str) -> None:
    assert "return" in function.__annotations__ or function.__name__ == "__init__"
    twin = twin_of(function, doc)
    if twin is None:
        assert unnamed(function, doc) == []
    else:
        named = {each for each in inspect.signature(twin).parameters if each != "version"}  # passed on in **query
        assert named <= inspect.signature(function).parameters.keys()


@pytest.mark.parametrize(("function", "doc"), [*functions()])
def test_it_says_what_it_raises(function: Any, doc: str) -> None:
    found = listed(doc)
    assert [name for name, thing in found.items() if not isinstance(thing, type)] == [], "each is an exception"
    missing = {
        each for each in raised_directly(function) if not any(issubclass(each, known) for known in found.values())
    }
    assert missing == set()


@pytest.mark.parametrize(("module", "name"), NAMES, ids=lambda each: each)
def test_its_methods_say_what_they_do(module: str, name: str) -> None:
    thing = thing_of(module, name)
    if inspect.isclass(thing):
        methods = {
            key: each for key, each in vars(thing).items() if inspect.isfunction(each) or isinstance(each, property)
        }
        own = {key: each for key, each in methods.items() if not key.startswith("_") and key not in OF_DJANGO}
        assert [key for key, each in own.items() if not each.__doc__] == []


def takes(one: int, *, two: int = 2) -> int:
    """Return ``one``.

    Raises:
        ValueError: it is too small.
    """
    if one < 0:
        raise ValueError
    if two < one:
        raise TypeError
    return one


def test_control_what_is_missing_is_found() -> None:
    doc = inspect.getdoc(takes) or ""
    assert unnamed(takes, doc) == ["two"]
    assert listed(doc) == {"ValueError": ValueError}
    assert set(raised_directly(takes)) == {ValueError, TypeError}
