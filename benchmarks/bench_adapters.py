"""A warm request through each adapter, over the same view with that framework's own session. `make bench` runs it.

Beside it, in the same run: simplejwt, and allauth headless with session tokens and with JWTs. Requests are WSGI calls
on SQLite; figures are CPU time. Graphene is measured where its environment exists (`nox --session graphene`).
"""

import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench_peers import HERE, ROOT, asking, make_case, started
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from measure import Rounds, interleave, ratio, spread, stay_on_the_quickest_core
from scripted import K2

ROUNDS, CALLS = 31, 40
GOALS = {"Entra token": 1.0, "Entra session": 1.1}
"""Of the framework's own session. Both kinds of session are the same but for their reads: the margin is noise."""

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
        for python, arguments in workers:
            worker = stack.enter_context(started(python, SCRIPT, case, *arguments))
            assert worker.stdout is not None
            for way in json.loads(worker.stdout.readline()):
                if way != "bare":
                    ways[way] = asking(worker, way)
        report(interleave(ways, rounds=ROUNDS, calls=CALLS))
    if not GRAPHENE.exists():
        print("graphene was not measured: its environment is made by `nox --session graphene`.")


def report(times: Rounds) -> None:
    print(f"{'a warm request':34} {'µs CPU, median (quartiles)':28} of the framework's own session")
    dearer = []
    for name in sorted(times):
        framework, _, credentials = name.partition(": ")
        over = ratio(times, name, f"{framework}: own session")
        print(f"{name:34} {spread(times[name]):28} {over:.2f}")
        if over > GOALS.get(credentials, over):
            dearer.append(name)
    print(f"Dearer than the goal ({', '.join(f'{name} {goal}' for name, goal in GOALS.items())}): {dearer or 'none'}.")


if __name__ == "__main__":
    main()
