"""Keeps what was made of an identity exactly as long as that identity itself is kept."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from django_entrance.verification.identity import Identity

Source = TypeVar("Source")
Made = TypeVar("Made")


class Derived(Generic[Source, Made]):
    """Remembers what a function made of an identity and of one thing more, the latest of each identity.

    How many identities live is for ``REMEMBERED_TOKENS`` to say; here each is known by a weak reference. What is made
    may not refer to its identity, which would keep it alive.
    """

    def __init__(self, make: Callable[[Identity, Source], Made]) -> None:
        self.make = make
        self.latest: WeakKeyDictionary[Identity, tuple[Source, Made]] = WeakKeyDictionary()

    def __call__(self, identity: Identity, source: Source) -> Made:
        known = self.latest.get(identity)
        if known is None or known[0] is not source:
            known = self.latest[identity] = source, self.make(identity, source)
        return known[1]
