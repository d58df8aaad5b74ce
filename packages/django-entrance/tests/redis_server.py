"""Starts a Redis server for the tests, on a socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

REQUIRE = "ENTRANCE_REQUIRE_REDIS"
"""In the environment: where Redis is missing, its tests fail; without it they are skipped."""

LONGEST_START = 20


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None and REQUIRE in os.environ:
        pytest.fail(f"{REQUIRE} is set, and Redis is not installed.")
    if program is None:
        pytest.skip("Redis is not installed; Debian has it in the package redis-server.")
    with running(program) as url:
        yield url


@contextmanager
def running(program: str, *, port: int = 0) -> Iterator[str]:
    """Start a server that keeps nothing on disk, and yield its address: the socket, or a port of loopback."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        socket = Path(folder) / "socket"
        command = [program, "--bind", "127.0.0.1", "--port", str(port), "--unixsocket", str(socket)]
        command += ["--save", "", "--appendonly", "no"]
        with subprocess.Popen([*command, "--dir", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
            try:
                wait_for(server)
                yield f"redis://127.0.0.1:{port}" if port else f"unix://{socket}"
            finally:
                server.terminate()
                server.communicate(timeout=LONGEST_START)


def wait_for(server: subprocess.Popen[bytes]) -> None:
    """Read what the server says until it takes connections."""
    assert server.stdout is not None
    said = b""
    for line in server.stdout:
        said += line
        if b"accept connections" in line:
            return
    pytest.fail(f"Redis has ended: {said.decode()}")


def redis_layers(url: str) -> dict[str, Any]:
    """Return ``CHANNEL_LAYERS`` for a Redis server."""
    backend = "channels_redis.core.RedisChannelLayer"
    return {"default": {"BACKEND": backend, "CONFIG": {"hosts": [{"address": url}]}}}
