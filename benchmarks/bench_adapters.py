"""A warm request through each adapter, over the same view with that framework's own session. `make bench` runs it.

Beside it, in the same run: simplejwt, and allauth headless with session tokens and with JWTs. Requests are WSGI calls
on SQLite. Beside CPU time stand function calls, which a busy machine does not change, and queries. Graphene is measured
where its environment exists (`nox --session graphene`).
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bench_peers import HERE, ROOT, asking, make_case, started
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from measure import Rounds, interleave, ratio, spread, stay_on_the_quickest_core
from scripted import K2

ROUNDS, CALLS = 31, 40
GOAL, CREDENTIALS = 0.97, ("Entra token", "Entra session")
"""Of the framework's own session, in CPU time and in function calls."""

Work = Mapping[str, Mapping[str, float]]
"""Name of a call → what it does: `function calls` and `queries`."""

SCRIPT = HERE / "peers" / "adapters-ours.py"
GRAPHENE = ROOT / ".nox" / "graphene" / "bin" / "python"


def main() -> None:
    stay_on_the_quickest_core()
    workers = [(sys.executable, side) for side in (["ours"], ["own session"], ["allauth"])]
    if GRAPHENE.exists():
        workers += [(str(GRAPHENE), [side, "graphene"]) for side in ("ours", "own session")]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        case = Path(folder) / "case.json"
        pem = K2.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        case.write_text(json.dumps(make_case("") | {"pem": pem}), encoding="utf-8")
        ways = {}
        work: dict[str, dict[str, float]] = {}
        for python, arguments in workers:
            worker = stack.enter_context(started(python, SCRIPT, case, *arguments))
            assert worker.stdout is not None
            work |= json.loads(worker.stdout.readline())
            for way in json.loads(worker.stdout.readline()):
                if way != "bare":
                    ways[way] = asking(worker, way)
        report(interleave(ways, rounds=ROUNDS, calls=CALLS), work)
    if not GRAPHENE.exists():
        print("graphene was not measured: its environment is made by `nox --session graphene`.")


def report(times: Rounds, work: Work) -> None:
    time, counts = "µs CPU, median (quartiles)", f"{'calls':>7} {'of own':>6} {'queries':>7}"
    print(f"{'a warm request':30} {time:30} {'of own':>6} {counts}")
    dearer = []
    for name in sorted(times):
        framework, _, credentials = name.partition(": ")
        own = f"{framework}: own session"
        done, in_time = work[name], ratio(times, name, own)
        in_calls = done["function calls"] / work[own]["function calls"]
        counts = f"{done['function calls']:7.0f} {in_calls:6.2f} {done['queries']:7.0f}"
        print(f"{name:30} {spread(times[name]):30} {in_time:6.2f} {counts}")
        if credentials in CREDENTIALS and max(in_time, in_calls) > GOAL:
            dearer.append(name)
    print(f"Dearer than the goal ({GOAL} of the framework's own session): {dearer or 'none'}.")


if __name__ == "__main__":
    main()
