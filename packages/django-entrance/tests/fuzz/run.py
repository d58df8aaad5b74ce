"""Fuzzes the verifier with every core, and says in a last line how many inputs there were, and how many findings.

Usage: python -m fuzz.run --runs 200000 [--seed 1] | --input FILE
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fuzz.inputs import make
from fuzz.promise import Promise
from fuzz.seeds import first_inputs, words

TESTS = Path(__file__).resolve().parents[1]
HERE = Path(".make/fuzz")
"""Where logs, reports and findings lie, from the folder in which ``make`` runs."""

LIBFUZZER = (
    "-max_len=2048",  # bytes; the tokens that are made of them are longer
    "-len_control=0",
    "-keep_seed=1",  # each way of making a token stays, though another reaches the same code
    "-reduce_inputs=0",
    "-timeout=20",
    "-verbosity=1",
)


@dataclass(frozen=True)
class Run:
    """One process of libFuzzer, and what it came to."""

    runs: int
    log: Path
    report: Path
    process: "subprocess.Popen[bytes]"

    def counted(self) -> tuple[int, Counter[str]]:
        told = json.loads(self.report.read_text()) if self.report.exists() else {}
        return told.get("inputs", 0), Counter(told.get("outcomes", {}))

    def finding(self) -> str:
        """Return the end of the log when the process did not come to its end, else nothing."""
        if self.process.wait() == 0 and self.counted()[0] >= self.runs:
            return ""
        lines = self.log.read_text(errors="replace").splitlines()
        begin = next((number for number, line in enumerate(lines) if "Uncaught Python" in line), len(lines) - 20)
        return "\n".join(lines[max(begin, 0) :])


def start(number: int, runs: int, seed: int) -> Run:
    corpus = HERE / f"corpus-{number}"
    write_corpus(corpus)
    log, report = HERE / f"{number}.log", HERE / f"{number}.json"
    report.unlink(missing_ok=True)
    arguments = (f"-runs={runs}", f"-seed={seed}", f"-dict={HERE}/words", f"-artifact_prefix={HERE}/finding-")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "fuzz.target", report, *arguments, *LIBFUZZER, corpus],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": python_path()},
        )
    return Run(runs, log, report, process)


def python_path() -> str:
    return os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(TESTS))))


def write_corpus(folder: Path) -> None:
    """Put the first inputs into a folder of their own, and the words beside it; what was found before goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, data in enumerate(first_inputs()):
        (folder / f"first-{number:04}").write_bytes(data)
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in words())
    (HERE / "words").write_text("".join(f'"{line}"\n' for line in lines))


def fuzz(runs: int, seed: int) -> int:
    """Share the runs among the cores; return how many processes found something, each stops at its first finding."""
    started = time.monotonic()
    parts = [start(number, share, seed and seed + number) for number, share in enumerate(shares(runs))]
    findings = [finding for part in parts if (finding := part.finding())]
    inputs = sum(part.counted()[0] for part in parts)
    tell(sum((part.counted()[1] for part in parts), Counter()), inputs / (time.monotonic() - started))
    for finding in findings:
        print(f"\n{finding}\n\nAgain: make fuzz FUZZ_INPUT=<the file named above>\n")
    print(f"{inputs} inputs, {len(findings)} findings")
    return len(findings)


def shares(runs: int) -> list[int]:
    processes = min(os.cpu_count() or 1, runs)
    return [runs // processes + (number < runs % processes) for number in range(processes)]


def tell(outcomes: Counter[str], rate: float) -> None:
    entered, nobodys = outcomes.pop("let in", 0), outcomes.pop("nobody's", 0)
    print(f"  {entered} let in, {nobodys} nobody's, the others refused for {len(outcomes)} reasons")
    print(f"  {rate:.0f} inputs a second")


def fall_back() -> int:
    """Let hypothesis make the inputs, where there is no atheris."""
    print(
        f"  atheris is not installed (it has wheels for Linux on x86-64 only; this is {platform.system()} on "
        f"{platform.machine()}), so hypothesis makes the inputs, without the guidance of coverage."
    )
    test = TESTS / "fuzz" / "test_promise.py"
    command = [sys.executable, "-m", "pytest", "-q", "-o", "timeout=1800", str(test)]
    code = subprocess.run(command, env={**os.environ, "HYPOTHESIS_PROFILE": "deep"}).returncode
    print(f"hypothesis, profile deep: {1 if code else 0} findings")
    return code


def again(file: Path) -> int:
    """Check one input, and show the token that is made of it. Its exception, if any, ends the process."""
    print(f"{make(file.read_bytes())!r}"[:4_000])
    Promise().check(file.read_bytes())
    print("1 input, 0 findings")
    return 0


def main(arguments: Iterable[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1, help="0: libFuzzer takes another one each time")
    parser.add_argument("--input", type=Path, help="check one file instead")
    chosen = parser.parse_args(list(arguments))
    if chosen.input:
        return again(chosen.input)
    if importlib.util.find_spec("atheris") is None:
        return fall_back()
    return 1 if fuzz(chosen.runs, chosen.seed) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
