"""Times ways of doing a thing in interleaved rounds, and prints medians beside the bare signature that all pay for.

Every round times every way, in a new order each time, so that a slow moment of the machine hits all alike. The figure
is the CPU time of one call, the median over the rounds; a ratio is the median of the rounds' own ratios.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

BARE = "bare RSA-2048 verify"

Rounds = Mapping[str, Sequence[float]]
"""Way → µs of one call in each round."""


def stay_on_the_quickest_core() -> None:
    """Keep this process and those that it starts on one core, the one that others disturb least at the moment."""
    if not hasattr(os, "sched_setaffinity"):  # macOS has none
        return
    times: dict[int, float] = {}
    for core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})
        times[core] = statistics.median(time_calls(lambda: sum(range(10_000)), 10) for _ in range(100))
    os.sched_setaffinity(0, {min(times, key=times.__getitem__)})


def time_calls(call: Callable[[], object], calls: int) -> float:
    """Return the CPU time of one call in µs."""
    started = time.process_time_ns()
    for _ in range(calls):
        call()
    return (time.process_time_ns() - started) / calls / 1000


def interleave(ways: Mapping[str, Callable[[int], float]], *, rounds: int, calls: int) -> Rounds:
    """Time every way in every round. A way is called with the number of calls, and returns µs a call."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(3)  # whatever is made at the first call
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            times[name].append(ways[name](calls))
    return times


def ratio(times: Rounds, name: str, to: str) -> float:
    return statistics.median(one / other for one, other in zip(times[name], times[to], strict=True))


def over(times: Rounds, name: str, base: str) -> float:
    """Return what a way costs over another, in µs."""
    return statistics.median(differences(times, name, base))


def differences(times: Rounds, name: str, base: str) -> list[float]:
    return [one - other for one, other in zip(times[name], times[base], strict=True)]


def spread(values: Sequence[float]) -> str:
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:9.1f}  ({low:.1f}-{high:.1f})"
