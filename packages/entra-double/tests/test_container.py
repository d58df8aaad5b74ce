"""The image file: the commands of its container run here, on another port."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .commands import clean, free_port, until_healthy

DOCKERFILE = Path(__file__).parents[1] / "Dockerfile"


def array_of(instruction: str) -> list[str]:
    """Return the JSON array in a line such as CMD, which may follow options."""
    [line] = [line for line in DOCKERFILE.read_text().splitlines() if line.startswith(f"{instruction} ")]
    array: list[str] = json.loads(line[line.index("[") :])
    return array


def at_port(arguments: list[str], port: int) -> list[str]:
    assert array_of("ENTRYPOINT") == ["entra-double"]
    return [sys.executable, "-m", "entra_double", *(part.replace("8400", str(port)) for part in arguments)]


@contextmanager
def container(port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    command = at_port(array_of("CMD"), port)
    output, own = subprocess.DEVNULL, {**os.environ, **environment}
    with subprocess.Popen(command, env=own, text=True, stdout=output, stderr=subprocess.PIPE) as process:
        yield process
        process.terminate()


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean(monkeypatch)
    monkeypatch.delenv("ENTRA_DOUBLE_CONTROL_TOKEN", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_it_serves_and_is_healthy() -> None:
    port = free_port()
    with container(port, ENTRA_DOUBLE_CONTROL_TOKEN="any-text") as process:
        until_healthy(f"http://localhost:{port}")
        health = at_port(array_of("HEALTHCHECK")[1:], port)
        asked = {**os.environ, "ENTRA_DOUBLE_CONTROL_TOKEN": "any-text"}
        told = subprocess.run(health, env=asked, capture_output=True, text=True)
        assert (told.returncode, "ada@contoso.example" in told.stdout) == (0, True), told.stderr
        assert process.poll() is None


def test_without_a_control_token_it_does_not_start() -> None:
    with container(free_port()) as process:
        assert process.stderr is not None
        told = process.stderr.read()
        assert (process.wait(20), "ENTRA_DOUBLE_CONTROL_TOKEN" in told) == (2, True), told


def test_a_container_that_serves_nothing_is_not_healthy() -> None:
    health = at_port(array_of("HEALTHCHECK")[1:], free_port())
    assert subprocess.run(health, capture_output=True, text=True).returncode == 1
