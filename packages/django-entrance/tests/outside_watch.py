"""Records when code opens the network, files or other programs."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

WATCHED = frozenset(
    {
        "open",
        "os.system",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendto",
        "subprocess.Popen",
        "urllib.Request",
    }
)
"""Audit events of CPython (its documentation has the table)."""

noted: list[str] | None = None
"""Events since recording began; None while not recording."""

bystanders: frozenset[int | None] = frozenset()
"""Threads that ran before recording began; their events are ignored."""


def note(event: str, arguments: tuple[object, ...]) -> None:
    if noted is not None and event in WATCHED and threading.get_ident() not in bystanders:
        noted.append(f"{event} {arguments[:2]}")


sys.addaudithook(note)  # for the life of the process: Python has no way to take it out again


@contextmanager
def watching_outside() -> Iterator[list[str]]:
    """Record the events of this thread and of threads that start meanwhile."""
    global noted, bystanders
    bystanders = frozenset(thread.ident for thread in threading.enumerate()) - {threading.get_ident()}
    doings: list[str] = []
    noted = doings
    try:
        yield doings
    finally:
        noted = None
