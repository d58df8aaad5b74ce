"""`make demo` from outside: what it says, and what it leaves behind."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from config.environment import BACKEND

DEMO = BACKEND.parent / "demo.py"


def start(**environment: str) -> subprocess.Popen[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
    return subprocess.Popen(
        [sys.executable, "-u", DEMO],
        env=surroundings | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(demo: subprocess.Popen[str], text: str) -> str:
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(f"The demo has ended without saying {text!r}: {said}")


@pytest.fixture(scope="module")
def demo() -> Iterator[subprocess.Popen[str]]:
    with start(PORT="0", ENTRA_PORT="0") as demo:
        yield demo
        demo.kill()


def children_of(process: subprocess.Popen[str]) -> list[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(pid) for pid in listing.stdout.split()]
