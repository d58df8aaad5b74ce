"""Tests the tests: makes mutants of the verification, and asks whether its tests notice each of them.

A mutant is killed by a test that failed (pytest's exit code 1), or by time. Any other exit code but 0 is a fault of
this harness and stops the run. What cannot be imported is no mutant, and counts neither way. The working tree is not
touched: each process has a copy. An interrupted run goes on where it was, as long as neither code nor tests change.

Usage: python -m mutation.run [--only claims.py …] [--survivors]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from multiprocessing import Pool
from pathlib import Path, PurePath

from mutation.mutants import Mutant, mutants_of
from mutation.slots import HarnessFault, Runner, Slot, Verdict
from mutation.worker import PACKAGE, PER_TEST, VERIFICATION, import_slow_things

ROOT = Path(__file__).resolve().parents[4]
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
MEMORY = ROOT / ".make/mutation.jsonl"

GOAL = 95.0
"""Per cent of the mutants that are not equivalent, and can be imported."""


@dataclass
class Results:
    """The verdicts so far, kept in a file: those of other code or tests tell only who survived last."""

    state: str
    file: Path = MEMORY
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        for line in self.file.read_text().splitlines() if self.file.exists() else ():
            entry = json.loads(line)
            self.last[entry["mutant"]] = entry["end"]
            if entry["state"] == self.state:
                self.verdicts[entry["mutant"]] = Verdict(entry["end"], entry["test"])

    def add(self, mutant: Mutant, verdict: Verdict) -> None:
        self.verdicts[name_of(mutant)] = verdict
        entry = {"mutant": name_of(mutant), "state": self.state, **asdict(verdict)}
        with self.file.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def ends(self, mutant: Mutant, *ends: str) -> bool:
        verdict = self.verdicts.get(name_of(mutant))
        return verdict is not None and verdict.end in ends


def name_of(mutant: Mutant) -> str:
    return digest(str(mutant.path), mutant.source)


def digest(*texts: str) -> str:
    return sha256("\0".join(texts).encode()).hexdigest()


def files() -> list[Path]:
    """Return what the repository has, without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def state_of(everything: Iterable[Path]) -> str:
    """Return what changes when the package, its tests, or how they are run does."""
    ours = (path for path in everything if path.is_relative_to(PACKAGE) and path.suffix == ".py")
    return digest(sys.version, *(f"{path}\n{(ROOT / path).read_text()}" for path in sorted(ours)))


def make_slots(folder: Path, everything: Sequence[Path]) -> list[Slot]:
    """Copy the repository once for each core, with ``shared`` beside it where there is one."""
    slots = []
    for number in range(os.cpu_count() or 1):
        copy = folder / str(number) / "repository"
        for path in everything:
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, copy / path)
        if (ROOT.parent / "shared").is_dir():
            (copy.parent / "shared").symlink_to(ROOT.parent / "shared")
        slots.append(Slot(copy, folder / str(number) / "verdict.json"))
    return slots


def chosen(mutants: Sequence[Mutant], arguments: argparse.Namespace, results: Results) -> list[Mutant]:
    only = [mutant for mutant in mutants if not arguments.only or mutant.path.name in arguments.only]
    if not arguments.survivors:
        return only
    return [mutant for mutant in only if results.last.get(name_of(mutant)) == "survived"]


def is_listed(mutant: Mutant, entry: Mapping[str, object]) -> bool:
    listed = entry["file"], entry["removed"], entry["added"]
    return listed == (mutant.path.name, list(mutant.removed), list(mutant.added))


def equivalent_among(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Return the mutants that nothing can tell from the unchanged code, as the list says.

    Raises:
        HarnessFault: an entry has no reason, or is about a mutant that does not exist.
    """
    found = []
    for entry in tomllib.loads(EQUIVALENT.read_text()).get("equivalent", []):
        alike = [mutant for mutant in mutants if is_listed(mutant, entry)]
        if not alike or not entry["reason"]:
            raise HarnessFault(f"{EQUIVALENT.name} lists what is no mutant (any more), or gives no reason: {entry}")
        found += alike
    return found


def test_all(mutants: Sequence[Mutant], runner: Runner, results: Results) -> None:
    left = [mutant for mutant in mutants if name_of(mutant) not in results.verdicts]
    if not left:
        return
    slowest = runner.measure()
    print(
        f"  {len(left)} mutants are left of {len(mutants)}; {len(runner.slots)} at a time; unchanged, the tests take "
        f"{slowest:.0f} s;\n  {PER_TEST} s for one test or {runner.seconds:.0f} s for all kill a mutant by time",
        flush=True,
    )
    started = time.monotonic()
    for number, (mutant, verdict) in enumerate(runner.run(left), 1):
        results.add(mutant, verdict)
        if number % 100 == 0:
            print(f"  {number} of {len(left)} in {time.monotonic() - started:.0f} s", flush=True)


def report(mutants: Sequence[Mutant], equivalent: Sequence[Mutant], results: Results) -> bool:
    """Print who survived and the figures; return whether they are good enough."""
    ends = Counter(results.verdicts[name_of(mutant)].end for mutant in mutants if mutant not in equivalent)
    wrong = [mutant for mutant in equivalent if not results.ends(mutant, "survived")]
    survivors = [mutant for mutant in mutants if results.ends(mutant, "survived") and mutant not in equivalent]
    for title, some in (("Survived", survivors), ("Not equivalent after all", wrong)):
        for mutant in some:
            print(f"{title}: {mutant}")
    print_modules(mutants, equivalent, results)
    killed, counted = ends["killed"] + ends["time"], ends.total() - ends["no import"]
    score = 100 * killed / counted if counted else 100.0
    print(
        f"{len(mutants)} mutants: {killed} killed ({ends['time']} of them by time), {ends['survived']} survived, "
        f"{len(equivalent)} equivalent, {ends['no import']} cannot be imported"
    )
    print(f"Score {score:.1f} %, the goal is {GOAL:.0f} %")
    return score >= GOAL and not wrong


def print_modules(mutants: Sequence[Mutant], equivalent: Sequence[Mutant], results: Results) -> None:
    counted = [mutant for mutant in mutants if mutant not in equivalent and not results.ends(mutant, "no import")]
    for module, number in Counter(mutant.path.name for mutant in counted).items():
        killed = sum(mutant.path.name == module and results.ends(mutant, "killed", "time") for mutant in counted)
        print(f"  {module:<16} {killed:>4} of {number:>4} killed")


def arguments_in(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], help="file names of modules")
    parser.add_argument("--survivors", action="store_true", help="ask only about those that survived last time")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    arguments, everything = arguments_in(words), files()
    MEMORY.parent.mkdir(exist_ok=True)
    results = Results(state_of(everything))
    results.read()
    modules = [path for path in everything if path.is_relative_to(VERIFICATION) and path.suffix == ".py"]
    sources: dict[PurePath, str] = {path: (ROOT / path).read_text() for path in modules}
    with Pool() as pool:
        every = [mutant for some in pool.starmap(mutants_of, sources.items()) for mutant in some]
    import_slow_things()
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        try:
            equivalent, mutants = equivalent_among(every), chosen(every, arguments, results)
            test_all(mutants, Runner(make_slots(Path(folder), everything), sources), results)
        except HarnessFault as fault:
            print(f"The mutation tests are at fault: {fault}")
            return 2
    return 0 if report(mutants, [mutant for mutant in equivalent if mutant in mutants], results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
