"""Hears every signal, and holds its arguments to those that the module's docstring says."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django_entrance import signals

ENTRY = re.compile(r"^``(\w+)\(([\w, ]+)\)``", re.MULTILINE)
DOCUMENTED = {name: set(arguments.split(", ")) for name, arguments in ENTRY.findall(signals.__doc__ or "")}
"""Name of a signal → its arguments."""


def receiver_of(name: str, faults: list[str]) -> Callable[..., None]:
    def hear(*, signal: object, sender: object, **told: object) -> None:
        if told.keys() != DOCUMENTED[name]:
            faults.append(f"{name} has {sorted(told)}, not {sorted(DOCUMENTED[name])}")

    return hear


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Give the list of the differences that are heard."""
    faults: list[str] = []
    receivers = {name: receiver_of(name, faults) for name in DOCUMENTED}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    try:
        yield faults
    finally:
        for name, receiver in receivers.items():
            getattr(signals, name).disconnect(receiver)
