"""Times calls in interleaved rounds and compares their medians with a bare signature.

Each round times every call in a random order, so that a slow moment affects all. A figure is the median CPU time of one
call. A ratio is the median of the ratios per round.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

BARE = "bare RSA-2048 verify"

Rounds = Mapping[str, Sequence[float]]
"""Name of a call → µs per call in each round."""


def stay_on_the_quickest_core() -> None:
    """Pin this process and its children to the core with the least other load."""
    if not hasattr(os, "sched_setaffinity"):  # not on macOS
        return
    times: dict[int, float] = {}
    for core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})
        times[core] = statistics.median(time_calls(lambda: sum(range(10_000)), 10) for _ in range(100))
    os.sched_setaffinity(0, {min(times, key=times.__getitem__)})


def time_calls(call: Callable[[], object], calls: int) -> float:
    """Return the CPU time per call in µs."""
    started = time.process_time_ns()
    for _ in range(calls):
        call()
    return (time.process_time_ns() - started) / calls / 1000


def interleave(ways: Mapping[str, Callable[[int], float]], *, rounds: int, calls: int) -> Rounds:
    """Time every way in every round. A way takes the number of calls and returns µs per call."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(3)  # warm-up
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            times[name].append(ways[name](calls))
    return times


def ratio(times: Rounds, name: str, to: str) -> float:
    return statistics.median(one / other for one, other in zip(times[name], times[to], strict=True))


def over(times: Rounds, name: str, base: str) -> float:
    """Return the median difference of two ways in µs."""
    return statistics.median(differences(times, name, base))


def differences(times: Rounds, name: str, base: str) -> list[float]:
    return [one - other for one, other in zip(times[name], times[base], strict=True)]


def spread(values: Sequence[float]) -> str:
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:9.1f}  ({low:.1f}-{high:.1f})"
