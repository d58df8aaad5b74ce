"""`make demo` as a process: its output, and that it leaves no processes."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from config.environment import BACKEND

DEMO = BACKEND.parent / "demo.py"


@contextmanager
def started(**environment: str) -> Iterator[subprocess.Popen[str]]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
    ports = {"PORT": "0", "ENTRA_PORT": "0"}
    with subprocess.Popen(
        [sys.executable, DEMO],
        env=surroundings | ports | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        try:
            yield demo
        finally:
            demo.send_signal(signal.SIGTERM)


def welcome(demo: subprocess.Popen[str]) -> str:
    """Return the output of the demo until it is ready."""
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        if "Press Ctrl-C to stop the demo." in line:
            return said
    raise AssertionError(said)


def ports_in(said: str) -> set[int]:
    return {int(port) for port in re.findall(r"http://localhost:(\d+)", said)}


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def pid_of(demo: subprocess.Popen[str], program: str) -> int:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    children = [line.split(maxsplit=2) for line in listing.stdout.splitlines()]
    (pid,) = [int(pid) for pid, parent, args in children if int(parent) == demo.pid and program in args]
    return pid


def test_the_demo_lists_its_people_and_leaves_no_processes() -> None:
    with started() as demo:
        said = welcome(demo)
        ports = ports_in(said)
        assert len(ports) == 2
        assert all(map(answers, ports))
        demo.send_signal(signal.SIGINT)
        code = demo.wait(15)

    assert code == 0
    assert not any(map(answers, ports))
    for name in ("ada@contoso.example", "mallory@contoso.example", "barbara", "edsger", "logbook-demo"):
        assert name in said


def test_when_one_server_ends_the_other_is_stopped() -> None:
    with started() as demo:
        ports = ports_in(welcome(demo))
        os.kill(pid_of(demo, "entra_double"), signal.SIGKILL)
        said, _ = demo.communicate(timeout=15)

    assert demo.returncode == 1
    assert "exited with code -9." in said
    assert not any(map(answers, ports))


@pytest.mark.parametrize(("variable", "address"), [("PORT", "127.0.0.1"), ("ENTRA_PORT", "127.0.0.1"), ("PORT", "::1")])
def test_a_port_in_use_is_reported_in_one_sentence(variable: str, address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as busy:
        port = busy.getsockname()[1]
        with started(**{variable: str(port)}) as demo:
            said, _ = demo.communicate(timeout=15)

    assert demo.returncode == 1
    assert said.strip() == f"Port {port} is in use: choose another one, for example {variable}={port + 1} make demo."


@pytest.mark.parametrize("port", ["x", "-1", "65536", "٣"])
def test_an_invalid_port_is_refused(port: str) -> None:
    with started(PORT=port) as demo:
        said, _ = demo.communicate(timeout=15)

    assert demo.returncode == 1
    assert said.strip() == f"PORT={port} is not a port: use a number below 65536."


def test_an_incomplete_configuration_of_the_real_entra_is_reported() -> None:
    with started(AZURE_TENANT_ID="7e4a0000-0000-4000-8000-000000000001") as demo:
        said = welcome(demo)
        demo.send_signal(signal.SIGTERM)
        code = demo.wait(15)

    assert code == 0
    assert "AZURE_CLIENT_ID and AZURE_SPA_CLIENT_ID not set: using entra-double instead of the real Entra ID." in said
