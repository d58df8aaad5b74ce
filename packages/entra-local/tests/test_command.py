"""The command line, in this process and in one of its own."""

from __future__ import annotations

import logging
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest
from entra_local import EntraServer
from entra_local import __main__ as command
from entra_local._cli import main


def test_a_busy_port_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    with EntraServer() as server:
        assert main(["serve", "--port", str(server.port)]) == 2
    message = f"entra-local: Port {server.port} is in use by another process; choose another one with --port.\n"
    assert capsys.readouterr().err == message


def test_a_port_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--port", "70000"])
    assert ended.value.code == 2
    assert "70000" in capsys.readouterr().err


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with EntraServer() as server:
        monkeypatch.setattr(sys, "argv", ["entra-local", "serve", "--port", str(server.port)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(command.__file__, run_name="__main__")
    assert ended.value.code == 2


def test_the_command_serves_until_it_is_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    interrupter = threading.Thread(target=interrupt_when_healthy, args=[port])
    interrupter.start()
    logger = logging.getLogger("entra_local")
    try:
        assert main(["serve", "--port", str(port), "--api-token-version", "1"]) == 0
    finally:
        interrupter.join()
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)
    output = capsys.readouterr().out
    for expected in ("It is not Microsoft", f"http://localhost:{port}", "v1.0", "mallory@contoso.example", "has ended"):
        assert expected in output


def test_the_process_tells_its_requests_and_ends_cleanly() -> None:
    port = free_port()
    serve = [sys.executable, "-m", "entra_local", "serve", "--port", str(port)]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until_healthy(port)
        httpx.get(f"http://localhost:{port}/nowhere?secret=1")
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=10)
    assert time.monotonic() - started < 5
    assert (process.returncode, errors) == (0, "")
    assert "404  GET  /nowhere\n" in output
    assert "secret" not in output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until_healthy(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                return
        except httpx.ConnectError:
            threading.Event().wait(0.05)
    raise AssertionError("entra-local did not start")


def interrupt_when_healthy(port: int) -> None:
    until_healthy(port)
    os.kill(os.getpid(), signal.SIGINT)
