"""Remembers grants and sessions in bounded dictionaries, so that a long-lived server does not grow."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Self, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(OrderedDict[Key, Value]):
    """A dictionary that drops its oldest entry when it is full."""

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


class Store:
    """Some bounded dictionaries behind one lock, so that several threads may use them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def clear(self) -> None:
        self.restore(type(self)())

    def copy(self) -> Self:
        """Give another store, which keeps the entries as they are now."""
        other = type(self)()
        other.restore(self)
        return other

    def restore(self, other: Self) -> None:
        """Take the entries of `other`, which no other thread changes meanwhile."""
        with self._lock:
            vars(self).update({name: each.copy() for name, each in vars(other).items() if isinstance(each, Bounded)})
