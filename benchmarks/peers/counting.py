"""Counts what a call does, in function calls and queries. Both are the same on every machine, however busy it is."""

import cProfile
from collections.abc import Callable
from typing import Any

REPEATED = 20


def work_of(call: Callable[[], object]) -> dict[str, float]:
    """Return the function calls and the queries of one warm call."""
    from django.db import connection

    queries = 0

    def count(execute: Callable[..., Any], *query: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*query)

    call()
    profile = cProfile.Profile()
    with connection.execute_wrapper(count):
        profile.enable()
        for _ in range(REPEATED):
            call()
        profile.disable()
    calls = sum(each.callcount for each in profile.getstats())
    return {"function calls": calls / REPEATED, "queries": queries / REPEATED}
