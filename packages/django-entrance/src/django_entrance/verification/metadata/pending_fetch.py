"""Keeps track of one process's fetches: those under way, and when the last ones began."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django_entrance.verification.errors import AuthorityUnreachable
from django_entrance.verification.metadata.fetch import UnexpectedStatus
from django_entrance.verification.metadata.waiting import wait_for


@dataclass(slots=True, kw_only=True, eq=False)
class PendingFetch:
    """A fetch under way in its own thread. ``is_for_missing_key`` is true when requests cannot go on without it."""

    began_at: float
    is_for_missing_key: bool
    most_waiting: int
    done: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float, *, may_be_brief: bool = False) -> bool:
        """Wait for the end, at most some seconds. Return False at once when too many requests already wait."""
        return wait_for(self.done, seconds, most=self.most_waiting, may_be_brief=may_be_brief)


@dataclass(slots=True, eq=False)
class FetchState:
    """The fetches of one process: those under way, when the last began, and when a key id last caused one.

    ``is_outage`` tells whether the last failure was the authority's.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    pending: list[PendingFetch] = field(default_factory=list)
    last_began_at: float = float("-inf")
    unknown_key_at: float = float("-inf")
    is_outage: bool = False


def too_many_waiting() -> AuthorityUnreachable:
    """Return the refusal for a request that may not wait: the keys may be there in a second."""
    refusal = AuthorityUnreachable(expected="fewer requests that wait for the signing keys")
    refusal.retry_after = 1
    return refusal


def is_outage(fault: Exception) -> bool:
    """Tell whether a fetch found the authority out of order, rather than refusing us."""
    return isinstance(fault, OSError | ValueError) and not (isinstance(fault, UnexpectedStatus) and fault.status < 500)


def start_thread(run: Callable[[], None]) -> None:
    """Run a fetch in a thread that keeps no process alive.

    Raises:
        RuntimeError: no thread is left, or the interpreter is shutting down.
    """
    threading.Thread(target=run, name="entrance-keys", daemon=True).start()
