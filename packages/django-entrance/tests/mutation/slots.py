"""Runs mutants, as many at a time as there are copies of the repository, and judges how each run ended."""

import json
import os
import signal
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from mutation.mutants import Mutant
from mutation.plan import Planner
from mutation.worker import PER_TEST, run_forked

CONTROL = 150
"""After so many mutants the unchanged code is tested, and must pass: or a test wavers, or the machine is too slow."""

FIRST = 30
"""Tests that are asked first; most mutants do not outlive them, and the others need not be collected."""

SLOWER = 10
"""A mutant that takes so many times as long as the unchanged code, and PER_TEST more, is killed by time."""


class HarnessFault(Exception):
    """The figures would be worthless."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended: ``killed``, ``time``, ``survived`` or ``no import``; and the first test that failed."""

    end: str
    test: str = ""


@dataclass(slots=True)
class Slot:
    """A copy of the repository, and the process that runs its tests now."""

    copy: Path
    verdict: Path
    process: int = 0
    deadline: float = 0.0
    mutant: Mutant | None = None
    rest: Sequence[str] = ()
    written: int = 0

    def start(self, mutant: Mutant | None, plan: Sequence[str], seconds: float, *, trace: bool = False) -> None:
        """Start tests on a mutant, or on the unchanged code; the first of them without the rest's collection."""
        self.mutant, self.rest = mutant, plan[FIRST:]
        if mutant is not None:
            self.write(mutant.path, mutant.source)
        self.process = run_forked(self.copy, self.verdict, plan[:FIRST], trace=trace)
        self.deadline = time.monotonic() + seconds

    def go_on(self, seconds: float) -> bool:
        """Start the rest of the tests, if the first of them let the mutant survive."""
        if not self.rest or self.judge().end != "survived":
            return False
        self.process, self.rest = run_forked(self.copy, self.verdict, self.rest), ()
        self.deadline = time.monotonic() + seconds
        return True

    def write(self, path: PurePath, source: str) -> None:
        """Write a module with a time of its own: Python knows a stale .pyc by seconds and size alone."""
        self.written += 1
        target = self.copy / path
        target.write_text(source)
        os.utime(target, (10**9 + self.written,) * 2)

    def has_ended(self) -> bool:
        if not self.process or os.waitpid(self.process, os.WNOHANG)[0]:
            self.process = 0
        elif time.monotonic() >= self.deadline:
            self.stop()
            self.verdict.write_text('{"code": null, "end": "time"}')
        return self.process == 0

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.process = 0

    def judge(self) -> Verdict:
        """Return the verdict on a run that has ended.

        Raises:
            HarnessFault: pytest ended with anything but 0 or 1, or no test failed although it ended with 1.
        """
        told = self.told()
        code, failed, broken = told["code"], told.get("failed", []), told.get("broken", [])
        if code is None:
            return Verdict(told["end"], told.get("fault", ""))
        if code == 1 and failed:
            return Verdict("time" if told["hung"] else "killed", failed[0])
        if code == 0 or (code == 1 and broken):  # a test module that cannot be collected is no test that failed
            return Verdict("survived", " ".join(broken))
        raise HarnessFault(f"pytest's exit code {code}\n{self.mutant}\n{told.get('fault', '')}\n{self.log()}")

    def told(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads(self.verdict.read_text())
        except (OSError, ValueError):
            raise HarnessFault(f"a run ended without a word\n{self.mutant}\n{self.log()}") from None
        return told

    def log(self) -> str:
        return self.verdict.with_suffix(".log").read_text(errors="replace")[-3_000:]


@dataclass(slots=True)
class Runner:
    """Several slots. ``planner`` knows the tests; a run may take ``seconds`` altogether."""

    slots: Sequence[Slot]
    sources: Mapping[PurePath, str]
    planner: Planner = field(default_factory=Planner)
    seconds: float = 600.0

    def measure(self) -> float:
        """Test the unchanged code in all slots at once, and trace the first; return what the slowest took."""
        for slot in self.slots:
            slot.start(None, [], self.seconds, trace=slot is self.slots[0])
        while not all(slot.has_ended() for slot in self.slots):
            time.sleep(0.01)
        for slot in self.slots:
            self.expect_pass(slot)
        traced = self.slots[0].told()
        self.planner = Planner(seconds=traced["durations"], lines=traced["lines"])
        slowest = max(float(slot.told()["seconds"]) for slot in self.slots)
        self.seconds = SLOWER * slowest + PER_TEST
        return slowest

    def expect_pass(self, slot: Slot) -> None:
        verdict = slot.judge()
        if verdict != Verdict("survived"):
            raise HarnessFault(f"the unchanged code: {verdict.end} {verdict.test}\n{slot.log()}")

    def run(self, mutants: Iterable[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
        """Yield each mutant with its verdict, as they come."""
        queue, busy = with_controls(mutants), list[Slot]()
        try:
            self.fill(self.slots, queue, busy)
            while busy:
                ended = [slot for slot in busy if slot.has_ended() and not slot.go_on(self.seconds)]
                for slot in ended:
                    busy.remove(slot)
                    yield from self.finished(slot)
                self.fill(ended, queue, busy)
                time.sleep(0.005)
        finally:
            for slot in busy:
                slot.stop()

    def fill(self, free: Iterable[Slot], queue: Iterator[Mutant | None], busy: list[Slot]) -> None:
        """Give each free slot its next mutant, while there are any."""
        for slot, mutant in zip(free, queue, strict=False):
            slot.start(mutant, self.plan(mutant), self.seconds)
            busy.append(slot)

    def plan(self, mutant: Mutant | None) -> list[str]:
        return [] if mutant is None else self.planner.plan(mutant.path, self.sources[mutant.path], mutant.line)

    def finished(self, slot: Slot) -> Iterator[tuple[Mutant, Verdict]]:
        if slot.mutant is None:
            return self.expect_pass(slot)
        mutant, verdict = slot.mutant, slot.judge()
        source = self.sources[mutant.path]
        slot.write(mutant.path, source)
        if verdict.end == "killed":
            self.planner.learn(mutant.path, source, mutant.line, verdict.test)
        yield mutant, verdict


def with_controls(mutants: Iterable[Mutant]) -> Iterator[Mutant | None]:
    for number, mutant in enumerate(mutants, 1):
        yield mutant
        if number % CONTROL == 0:
            yield None
