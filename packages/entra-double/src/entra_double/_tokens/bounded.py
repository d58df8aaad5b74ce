"""A dictionary that forgets its oldest entry when it is full, so that a long-lived server does not grow."""

from __future__ import annotations

from collections import OrderedDict
from typing import Self, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(OrderedDict[Key, Value]):
    def __init__(self, capacity: int = 10_000) -> None:
        super().__init__()
        self._capacity = capacity

    def __setitem__(self, key: Key, value: Value) -> None:
        super().__setitem__(key, value)
        if len(self) > self._capacity:
            self.popitem(last=False)

    def copy(self) -> Self:
        other = type(self)(self._capacity)
        other.update(self)
        return other
