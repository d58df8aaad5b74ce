"""Runs the tests of the verification on a copy of the repository, in a process forked after the slow imports."""

import importlib
import json
import os
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

PACKAGE = Path("packages/django-entrance")
VERIFICATION = PACKAGE / "src/django_entrance/verification"
TESTS = PACKAGE / "tests/verification"

AT_IMPORT = "at import"
"""Stands for a test where lines run before any."""

PER_TEST = 30
"""Seconds that one test may take: a mutant that hangs fails then."""

SLOW_IMPORTS = ("asyncio", "cryptography.hazmat.primitives.asymmetric.rsa", "django.test", "hypothesis", "requests")
"""What every run needs and no mutant changes; the parent imports it once, before it forks."""

OPTIONS = (
    *("-q", "--tb=short", "--assert=plain", "--continue-on-collection-errors", f"--override-ini=timeout={PER_TEST}"),
    *("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:playwright"),
)


@dataclass(eq=False)
class Recorder:
    """A plugin of pytest: runs the planned tests in their order up to the first failure, and notes what failed."""

    plan: Sequence[str]
    durations: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    hung: bool = False

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.plan:
            place = {name: number for number, name in enumerate(self.plan)}
            items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        self.durations[item.nodeid] = self.durations.get(item.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.append(item.nodeid)
            self.hung = "from pytest-timeout" in report.longreprtext
            item.session.shouldfail = "a test failed"
        return report


@dataclass(eq=False)
class Tracer:
    """A plugin of pytest: notes which test runs which lines of the verification, and which run at import."""

    copy: Path
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.coverage = Coverage(data_file=None, config_file=False, include=[str(self.copy / VERIFICATION / "*")])
        self.coverage.start()
        self.coverage.switch_context(AT_IMPORT)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.coverage.switch_context(item.nodeid)
        done = yield
        self.coverage.switch_context(AT_IMPORT)
        return done

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        data = self.coverage.get_data()
        for file in data.measured_files():
            self.lines[str(Path(file).relative_to(self.copy))] = data.contexts_by_lineno(file)


def run_forked(copy: Path, verdict: Path, plan: Sequence[str], *, trace: bool = False) -> int:
    """Start tests in a process of its own and return its id. It writes into ``verdict`` what it came to.

    ``plan`` are the tests and their order; without it all run. With ``trace`` it tells which lines each runs.
    """
    verdict.unlink(missing_ok=True)
    process = os.fork()
    if process == 0:
        try:
            os.setsid()
            enter(copy, verdict.with_suffix(".log"))
            verdict.write_text(json.dumps(run_here(copy, plan, trace)))
        finally:
            os._exit(0)
    return process


def enter(copy: Path, log: Path) -> None:
    """Make the copy the place from which everything is imported, by subprocesses too."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(copy)
    paths = [str(copy / PACKAGE / "src"), str(copy / "packages/entra-double/src"), str(copy / PACKAGE / "tests")]
    sys.path[:0] = paths
    sys.dont_write_bytecode = False  # the copy is ours, and the next run is quicker
    os.environ |= {"PYTHONPATH": os.pathsep.join(paths), "HYPOTHESIS_PROFILE": "mutation"}


def run_here(copy: Path, plan: Sequence[str], trace: bool) -> dict[str, Any]:
    tracer = Tracer(copy) if trace else None
    started = time.monotonic()
    try:
        module = importlib.import_module("django_entrance.verification.identify")
        importlib.import_module("scripted")
    except Exception as fault:
        return {"code": None, "end": "no import", "fault": f"{type(fault).__name__}: {fault}"}
    if not Path(module.__file__ or "").is_relative_to(copy):
        return {"code": 3, "fault": f"the tests would run on {module.__file__}"}
    recorder = Recorder(plan)
    files = list(dict.fromkeys(name.partition("::")[0] for name in plan)) or [str(TESTS)]
    try:
        code = int(pytest.main([*OPTIONS, *files], plugins=[recorder, *filter(None, [tracer])]))
    except Exception:  # at its end pytest raises what a thread of the last test died of
        code = 1
    return {
        "code": code,
        "failed": recorder.failed,
        "hung": recorder.hung,
        "broken": recorder.broken,
        "durations": recorder.durations,
        "seconds": time.monotonic() - started,
        "lines": tracer.lines if tracer else {},
    }


def import_slow_things() -> None:
    for name in SLOW_IMPORTS:
        importlib.import_module(name)
