"""Generates docs/reference/api.md: each public Python name with its signature and its whole docstring."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from html import escape
from importlib import import_module
from typing import Any

import python_page

HEAD = """\
# Python, name by name

<!-- Written by docs/build_reference.py from the docstrings. -->

Every public name of `django_entrance`, by its module, with what it takes, returns and raises. [Python](python.md) has
them in one table. All times are in seconds, and moments are seconds since 1970, unless a name says otherwise. Refusals
(`…Refused`, `…Missing` and the like) are in `django_entrance.verification.errors`; [each has a reason](refusals.md).
"""

MADE_BY_USERS = frozenset({"EntranceMiddleware", "VerifiedTokens"})
"""Classes that code of users makes, or wraps around an application."""

LABELS = {"Args:": "Takes", "Raises:": "Raises"}
METHODS = {"GraphClient": ("get", "pages", "batch"), "AsyncGraphClient": ("get", "pages", "batch")}
"""Class → the methods that users call. Those of the others are called by Django or by us."""


def api() -> str:
    """Return the page."""
    return HEAD + "".join(section(module, name) for module, names in python_page.PUBLIC.items() for name in names)


def section(module: str, name: str) -> str:
    thing = getattr(import_module(f"django_entrance.{module}"), name)
    text = f"\n## {module}.{name}\n\n{signature_block(thing, name)}{as_markdown(inspect.getdoc(thing) or '')}"
    return text + "".join(method_section(thing, each) for each in METHODS.get(name, ()))


def method_section(owner: type, name: str) -> str:
    method = getattr(owner, name)
    told = as_markdown(inspect.getdoc(method) or "")
    return f"\n### {owner.__name__}.{name}\n\n{signature_block(method, name)}{told}"


def signature_block(thing: Any, name: str) -> str:
    """Return how a name is called, as its source has it; empty for a class that Django or a function of ours makes."""
    if inspect.isclass(thing) and name not in MADE_BY_USERS:
        return ""
    function = vars(thing)["__init__"] if inspect.isclass(thing) else thing
    return f"```py\n{signature(function, name)}\n```\n\n"


def signature(function: Any, name: str) -> str:
    node = definition(function)
    arguments = [each for each in parameters(node.args) if each not in ("self", "cls")]
    returns = None if function.__name__ == "__init__" else node.returns
    result = "" if returns is None else f" -> {ast.unparse(returns)}"
    kind = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    one_line = f"{kind}{name}({', '.join(arguments)}){result}"
    if len(one_line) <= 100:
        return one_line
    return f"{kind}{name}(\n" + "".join(f"    {each},\n" for each in arguments) + f"){result}"


def definition(function: Any) -> ast.FunctionDef | ast.AsyncFunctionDef:
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return node


def parameters(args: ast.arguments) -> list[str]:
    """Return each parameter as it is written."""
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    found = [written(arg, default) for arg, default in zip(positional, defaults, strict=True)]
    if args.vararg is not None:
        found.append(f"*{written(args.vararg, None)}")
    elif args.kwonlyargs:
        found.append("*")
    found += [written(arg, default) for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    return found + ([f"**{written(args.kwarg, None)}"] if args.kwarg is not None else [])


def written(arg: ast.arg, default: ast.expr | None) -> str:
    named = arg.arg if arg.annotation is None else f"{arg.arg}: {ast.unparse(arg.annotation)}"
    return named if default is None else f"{named}{' = ' if arg.annotation else '='}{ast.unparse(default)}"


def as_markdown(doc: str) -> str:
    """Return a docstring with code in single backticks, and lists of what it takes and raises."""
    return "\n\n".join(map(paragraph, doc.split("\n\n"))) + "\n"


def paragraph(text: str) -> str:
    head, _, rest = text.partition("\n")
    if head not in LABELS:
        return marked(text)
    entries = "\n".join(f"- {entry(each)}" for each in entries_of(rest))
    return f"{LABELS[head]}:\n\n{entries}"


def entries_of(text: str) -> Iterator[str]:
    """Yield each entry of a section of a docstring on one line."""
    for each in re.split(r"\n(?! )", textwrap.dedent(text)):
        yield " ".join(each.split())


def entry(text: str) -> str:
    names, _, told = text.partition(": ")
    return f"{', '.join(f'`{name}`' for name in names.split(', '))}: {marked(told)}"


def marked(text: str) -> str:
    """Return a text with code in single backticks, and without what Markdown takes for tags of HTML."""
    parts = text.replace("``", "`").split("`")
    return "`".join(part if number % 2 else escape(part, quote=False) for number, part in enumerate(parts))
