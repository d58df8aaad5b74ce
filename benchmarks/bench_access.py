"""What ACCESS of 20 entries adds to a warm bearer request, in one run. `make bench` runs it.

Two processes of the same project, one with ACCESS, take turns; the cost is the CPU time over a view without a user.
"""

import json
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench_peers import ANONYMOUS, OURS, WARM, asking, make_case, process
from measure import differences, interleave, spread, stay_on_the_quickest_core

ROUNDS, CALLS = 61, 200
MOST = 1.10
"""What a request with ACCESS may cost, of one without."""


def main() -> None:
    stay_on_the_quickest_core()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        case = Path(folder) / "case.json"
        case.write_text(json.dumps(make_case("")), encoding="utf-8")
        workers = {
            "without ACCESS": stack.enter_context(process(OURS, case)),
            "with ACCESS": stack.enter_context(process(OURS, case, "access")),
        }
        for worker in workers.values():
            skip_names(worker)
        ways = {f"{name}: {way}": asking(worker, way) for name, worker in workers.items() for way in (ANONYMOUS, WARM)}
        times = interleave(ways, rounds=ROUNDS, calls=CALLS)
    costs = {name: differences(times, f"{name}: {WARM}", f"{name}: {ANONYMOUS}") for name in workers}
    for name, cost in costs.items():
        print(f"a warm bearer request {name:16} µs over anonymous: {spread(cost)}")
    without, with_access = (statistics.median(cost) for cost in costs.values())
    print(f"ACCESS of 20 entries makes it {with_access / without:.2f} of that (goal {MOST:.2f}).")


def skip_names(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout is not None
    worker.stdout.readline()


if __name__ == "__main__":
    main()
