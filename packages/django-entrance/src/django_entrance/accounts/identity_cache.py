"""Caches what is computed from an identity, as long as that identity exists."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from django_entrance.verification.identity import Identity

Source = TypeVar("Source")
Result = TypeVar("Result")


class IdentityCache(Generic[Source, Result]):
    """Caches a function of an identity and one other argument: the latest result for each identity.

    ``REMEMBERED_TOKENS`` limits the number of identities; this cache has weak references to them. A result must not
    refer to its identity, which would keep it alive.
    """

    def __init__(self, function: Callable[[Identity, Source], Result]) -> None:
        self.function = function
        self.latest: WeakKeyDictionary[Identity, tuple[Source, Result]] = WeakKeyDictionary()

    def __call__(self, identity: Identity, source: Source) -> Result:
        cached = self.latest.get(identity)
        if cached is None or cached[0] is not source:
            cached = self.latest[identity] = source, self.function(identity, source)
        return cached[1]
