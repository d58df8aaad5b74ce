from __future__ import annotations

from entra_double._tokens.memory import Bounded


def test_the_oldest_entry_goes_when_it_is_full() -> None:
    store: Bounded[str, int] = Bounded(capacity=2)
    for number, name in enumerate("abc"):
        store[name] = number
    assert dict(store) == {"b": 1, "c": 2}


def test_a_changed_entry_pushes_nothing_out() -> None:
    store: Bounded[str, int] = Bounded(capacity=2)
    store["a"], store["b"] = 1, 2
    store["b"] = 3
    assert dict(store) == {"a": 1, "b": 3}
