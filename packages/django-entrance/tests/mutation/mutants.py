"""Makes the mutants of a module: each is its source with one small change.

The operators are mutmut's, for every node of a module and not only for function bodies; and three more, for what
matters most in a verifier: a turned condition, a refusal that is not raised, a check that is not called.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators

Operator = Callable[[Any], Iterable[cst.CSTNode]]

#: Mutants in there would all be alike at run time: types are not checked, and nobody imports ``*``.
UNTOUCHED = (
    m.Annotation() | m.Decorator() | m.Import() | m.ImportFrom() | m.Assign(targets=[m.AssignTarget(m.Name("__all__"))])
)

#: Calls whose arguments mutmut leaves alone: another one would only be a TypeError.
PLAIN_CALLS = m.Call(func=m.Name("isinstance") | m.Name("len"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """``path`` with ``source`` as its text; ``line`` is where the change begins."""

    path: PurePath
    line: int
    source: str
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.path}:{self.line}", *(f"  - {each}" for each in self.removed)]
        return "\n".join([*lines, *(f"  + {each}" for each in self.added)])


def mutants_of(path: PurePath, source: str) -> list[Mutant]:
    """Return every mutant of a module once, in the order of its lines."""
    module = cst.parse_module(source)
    collector = Collector()
    module.visit(collector)
    texts = (cst.ensure_type(module.deep_replace(old, new), cst.Module).code for old, new in collector.changes)
    mutants = (describe(path, source, text) for text in dict.fromkeys(texts) if is_another(source, text))
    return sorted(mutants, key=lambda mutant: mutant.line)


def is_another(source: str, text: str) -> bool:
    """Tell whether a text is Python, and more than the source in other words."""
    try:
        return compile(text, "mutant", "exec") != compile(source, "mutant", "exec")
    except SyntaxError:
        return False


def describe(path: PurePath, source: str, text: str) -> Mutant:
    before, after = source.splitlines(), text.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    changed = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    first, last = changed[0], changed[-1]
    removed, added = before[first[1] : last[2]], after[first[3] : last[4]]
    return Mutant(path, first[1] + 1, text, stripped(removed), stripped(added))


def stripped(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines)


class Collector(cst.CSTVisitor):
    """Goes through a module and collects pairs of a node and what takes its place."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, UNTOUCHED | PLAIN_CALLS):
            return False
        self.changes += ((node, new) for new in changes_of(node) if not is_prose(node))
        return True


def changes_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in [*mutation_operators, *OUR_OPERATORS]:
        if isinstance(node, kind):
            yield from (new for new in operator(node) if not lacks_argument(node, new))


def lacks_argument(node: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Tell calls that lost an argument by place: they are a TypeError, which would make the score look better."""
    if not isinstance(node, cst.Call) or not isinstance(new, cst.Call):
        return False
    return sum(arg.keyword is None for arg in new.args) < sum(arg.keyword is None for arg in node.args)


def is_prose(node: cst.CSTNode) -> bool:
    """Tell sentences for people from texts that a program reads: they have a space."""
    return isinstance(node, cst.SimpleString) and " " in node.value


def turned(node: cst.If | cst.While) -> Iterator[cst.CSTNode]:
    """``if a`` → ``if not (a)``"""
    inner = node.test.with_changes(lpar=[cst.LeftParen(), *node.test.lpar], rpar=[*node.test.rpar, cst.RightParen()])
    yield node.with_changes(test=cst.UnaryOperation(operator=cst.Not(), expression=inner))


def not_raised(node: cst.Raise) -> Iterator[cst.CSTNode]:
    """``raise Refused()`` → ``pass``"""
    yield cst.Pass()


def not_called(node: cst.Expr) -> Iterator[cst.CSTNode]:
    """``check(claims)`` → ``pass``"""
    if isinstance(node.value, cst.Call):
        yield cst.Pass()


OUR_OPERATORS: list[tuple[Any, Operator]] = [
    (cst.If | cst.While, turned),
    (cst.Raise, not_raised),
    (cst.Expr, not_called),
]
