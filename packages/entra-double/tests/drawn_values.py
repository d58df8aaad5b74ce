"""Draws single values for hypothesis: ids, names, times."""

from __future__ import annotations

import string
from typing import Any

from entra_double._world.values import LAST_MOMENT
from hypothesis import strategies as st

flags = st.booleans()
moments = st.integers(0, LAST_MOMENT)
seconds = st.none() | st.integers(1, 10**6)
guids = st.uuids().map(str)
visible = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
texts = st.text(visible, min_size=1, max_size=8).filter(lambda text: text.strip() != "")
loose = st.text(max_size=6)
words = st.text(string.ascii_letters + string.digits, min_size=1, max_size=6)
domains = words.map(lambda word: f"{word}.example")
addresses = st.tuples(words, domains).map("@".join)


def some(values: Any, most: int = 3) -> Any:
    """Draw any few of `values`, each once, in their order."""
    known = list(values)
    return st.sets(st.sampled_from(range(len(known))), max_size=most).map(
        lambda chosen: tuple(known[position] for position in sorted(chosen))
    ) if known else st.just(())  # fmt: skip


def unique(values: Any, key: Any = None, most: int = 3) -> Any:
    return st.lists(values, max_size=most, unique_by=key or (lambda value: value)).map(tuple)
