"""A Django session that Entra stands behind, over one of Django's own login, in one run. `make bench` runs it.

Requests are WSGI calls on SQLite. The exchange is measured over a view that calls Django's `login()` for a user that it
reads, both for a browser without a cookie.
"""

import json
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench_access import skip_names
from bench_peers import OURS, UPN, asking, make_case, process
from measure import Rounds, interleave, ratio, spread, stay_on_the_quickest_core
from scripted import claims_v2, token

ROUNDS, WARM_CALLS, LOGIN_CALLS = 41, 40, 10
GOALS = {("entra, warm", "own, warm"): 0.97, ("exchange, known", "login"): 1.30, ("exchange, new", "login"): 1.30}
NAMES = {
    "own, warm": "a warm request, Django's own session",
    "entra, warm": "a warm request, Entra's session",
    "login": "Django's login()",
    "exchange, known": "the exchange, a token seen before",
    "exchange, new": "the exchange, a new token",
}


def main() -> None:
    stay_on_the_quickest_core()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        case = Path(folder) / "case.json"
        case.write_text(json.dumps(make_case("") | {"new": new_tokens()}), encoding="utf-8")
        worker = stack.enter_context(process(OURS, case, "sessions"))
        skip_names(worker)
        ways = {name: asking(worker, name) for name in NAMES}
        warm = {name: way for name, way in ways.items() if name.endswith("warm")}
        report(interleave(warm, rounds=ROUNDS, calls=WARM_CALLS))
        logins = {name: way for name, way in ways.items() if name not in warm}
        report(interleave(logins, rounds=ROUNDS, calls=LOGIN_CALLS))


def new_tokens() -> list[str]:
    person: dict[str, Any] = {"now": int(time.time()), "aio": "AXQAi", "upn": UPN}
    return [token(claims_v2(**person, uti=f"new-{number}")) for number in range((ROUNDS + 1) * LOGIN_CALLS)]


def report(times: Rounds) -> None:
    for name, values in times.items():
        print(f"{NAMES[name]:40} µs CPU, median (quartiles): {spread(values)}")
    for (name, base), goal in GOALS.items():
        if name in times:
            print(f"{NAMES[name]:40} {ratio(times, name, base):.2f} of {NAMES[base]} (goal {goal:.2f})")


if __name__ == "__main__":
    main()
