"""Plans which tests are asked about a mutant: those that run its function, and first who noticed mutants like it."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath

from mutation.worker import AT_IMPORT

Lines = Mapping[str, Iterable[str]]
"""Number of a line (as text, as JSON has it) → the tests that run it."""

Place = tuple[PurePath, range]
"""A module, and the lines of the function around a mutant."""


@dataclass(frozen=True, slots=True)
class Planner:
    """``seconds`` has what each test takes, ``lines`` which tests run which lines of each module."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    lines: Mapping[str, Lines] = field(default_factory=dict)
    kills: defaultdict[Place, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def plan(self, path: PurePath, source: str, line: int) -> list[str]:
        """Return the tests to ask about a change of that line, in their order.

        Who does not run the function cannot notice. Where it runs at import, or is no function, all tests are asked.
        A test that runs no line itself may do so in another process: it is asked always.
        """
        function = function_around(source, line)
        kills, here = self.kills[path, function], set(self.tests_at(path, [line]))
        reached = set(self.tests_at(path, function))
        everybody = sorted(self.seconds, key=lambda test: (-kills[test], test not in here, self.seconds[test]))
        if not reached or AT_IMPORT in reached:
            return everybody
        elsewhere = self.seconds.keys() - self.tracing_tests()
        return [test for test in everybody if test in reached or test in elsewhere]

    def learn(self, path: PurePath, source: str, line: int, test: str) -> None:
        """Note that a test has noticed a change of that line."""
        self.kills[path, function_around(source, line)][test] += 1

    def tests_at(self, path: PurePath, lines: Iterable[int]) -> Iterator[str]:
        runs = self.lines.get(str(path), {})
        return (test for line in lines for test in runs.get(str(line), ()))

    def tracing_tests(self) -> set[str]:
        return {test for runs in self.lines.values() for tests in runs.values() for test in tests}


@cache
def function_around(source: str, line: int) -> range:
    """Return the lines of the body of the outermost function around a line; none when the line runs at import."""
    for function in outermost_functions(ast.parse(source)):
        if function.body[0].lineno <= line <= (function.end_lineno or 0):
            return range(function.body[0].lineno, (function.end_lineno or 0) + 1)
    return range(0)


def outermost_functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        else:
            yield from outermost_functions(child)
