"""Caches the results of functions that are called once, for the whole process."""

from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class CachedResult(Generic[Result]):
    """Calls a function without arguments once, and returns the same result until ``cache_clear``.

    Unlike ``functools.cache``, all threads get the same object: several may call the function at the same moment, but
    only the first result is kept. There is no lock, which a fork could leave locked.
    """

    def __init__(self, function: Callable[[], Result]) -> None:
        self.function = function
        self.results: dict[None, Result] = {}

    def __call__(self) -> Result:
        try:
            return self.results[None]
        except KeyError:
            return self.results.setdefault(None, self.function())

    def cache_clear(self) -> None:
        self.results.clear()


class CachedResults(Generic[Result]):
    """As ``CachedResult``, for a function of one name: one result for each name."""

    def __init__(self, function: Callable[[str], Result]) -> None:
        self.function = function
        self.results: dict[str, Result] = {}

    def __call__(self, name: str) -> Result:
        try:
            return self.results[name]
        except KeyError:
            return self.results.setdefault(name, self.function(name))

    def cache_clear(self) -> None:
        self.results.clear()
