"""Says what is wrong in a directory file, and in which line."""

from collections.abc import Iterable
from difflib import get_close_matches

Path = tuple[str | int, ...]
"""Where a value stands: the keys and positions that lead to it, such as `("tenants", 0, "people", 3, "name")`."""


class DirectoryError(Exception):
    """A directory file cannot be used. `line` counts from 1; None if the file as a whole is at fault."""

    def __init__(self, path: str, line: int | None, problem: str) -> None:
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class Problem(Exception):
    """Something is wrong at `path`; what it contradicts stands at `first`."""

    def __init__(self, path: Path, says: str, *, first: Path | None = None) -> None:
        super().__init__(says)
        self.path, self.says, self.first = path, says, first


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Give the end of a sentence that offers the nearest of the `known` words, or the list when it is short."""
    words = sorted(set(known))
    if near := get_close_matches(text, words, 1, 0.6):
        return f"; did you mean {near[0]!r}?"
    return f"; there is {', '.join(map(repr, words))}" if 0 < len(words) <= 6 else ""
