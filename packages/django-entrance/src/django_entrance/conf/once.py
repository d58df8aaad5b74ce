"""Keeps what a function made once, for the whole process."""

from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Once(Generic[Made]):
    """Keeps what a function without arguments returned first, until ``cache_clear``.

    Unlike ``functools.cache``, it gives the same to threads that ask at the same moment: each may make one, the first
    to come is kept. It has no lock, which a fork could leave locked.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self.make = make
        self.made: dict[None, Made] = {}

    def __call__(self) -> Made:
        try:
            return self.made[None]
        except KeyError:
            return self.made.setdefault(None, self.make())

    def cache_clear(self) -> None:
        self.made.clear()


class OnceEach(Generic[Made]):
    """Keeps what a function of texts returned first, for each of its arguments, until ``cache_clear``."""

    def __init__(self, make: Callable[..., Made]) -> None:
        self.make = make
        self.made: dict[tuple[str, ...], Made] = {}

    def __call__(self, *texts: str) -> Made:
        try:
            return self.made[texts]
        except KeyError:
            return self.made.setdefault(texts, self.make(*texts))

    def forget(self, *texts: str) -> None:
        """Drop what was made of these texts alone."""
        self.made.pop(texts, None)

    def cache_clear(self) -> None:
        self.made.clear()
