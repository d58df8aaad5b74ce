"""Does slow work once for each identity, for all threads that need it at the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from django_entrance.verification.errors import Refused
from django_entrance.verification.identity import Identity

Result = TypeVar("Result")

PATIENCE = 20.0
"""Seconds that a thread waits for another one's result."""

RETRY = 10.0
"""Seconds after a failure before the work is tried again."""


class SharedWork(Generic[Result]):
    """Keeps what a function found out about an identity as long as the identity, which lives as long as its token."""

    def __init__(self, work: Callable[[Identity], Result], clock: Callable[[], float] = time.monotonic) -> None:
        self.work = work
        self.clock = clock
        self.results: WeakKeyDictionary[Identity, Future[Result]] = WeakKeyDictionary()
        self.failed_at: WeakKeyDictionary[Identity, float] = WeakKeyDictionary()

    def __call__(self, identity: Identity) -> Result:
        own: Future[Result] = Future()
        shared = self.results.setdefault(identity, own)
        if shared is own:
            self.do(identity, own)
        elif shared.done() and shared.exception() is not None and self.may_retry(identity):
            self.results.pop(identity, None)
            return self(identity)
        return shared.result(timeout=PATIENCE)

    def do(self, identity: Identity, result: "Future[Result]") -> None:
        try:
            result.set_result(self.work(identity))
        except Refused as refusal:
            self.failed_at[identity] = self.clock()
            result.set_exception(refusal)
        except BaseException as fault:
            self.results.pop(identity, None)
            result.set_exception(fault)

    def may_retry(self, identity: Identity) -> bool:
        return self.clock() - self.failed_at.get(identity, 0.0) >= RETRY
