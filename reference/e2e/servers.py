"""Runs entra-double and Logbook as processes on free ports."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BACKEND = HERE.parent / "backend"
PATIENCE = 120.0
"""Seconds to wait for a server to respond."""
SEEDED: list[bytes] = []
"""Logbook's database as it was made for the first servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """URLs of the two servers, and the log of their calls beyond loopback."""

    entra: str
    logbook: str
    called: Path
    environment: Mapping[str, str] = field(repr=False)

    def with_environment(self, environment: Mapping[str, str]) -> "Servers":
        """Return the same with more variables for Logbook."""
        return replace(self, environment={**self.environment, **environment})

    def manage(self, *arguments: str) -> None:
        """Run a management command of Logbook."""
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=BACKEND, env=self.environment, check=True)

    def control(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Call entra-double's control interface. Return the JSON of the response, or None."""
        request = urllib.request.Request(
            f"{self.entra}/_control/{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"X-Entra-Double-Control": "1"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            answer = response.read()
        return json.loads(answer) if answer else None

    def tokens_redeemed(self) -> list[str]:
        """Return the grant types of the token requests so far, in order."""
        return [asked["grant_type"] for asked in self.control("GET", "requests") if asked.get("grant_type")]

    def graphql(self, query: str, token: str | None = None, **variables: object) -> tuple[int, Any]:
        """Send a GraphQL request without a browser. Return status and JSON."""
        request = urllib.request.Request(
            f"{self.logbook}/graphql/",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read())


def servers_at(folder: Path, entra_port: int, port: int, **environment: str) -> Servers:
    """Return both servers, which do not run yet."""
    called = folder / "called.txt"
    return Servers(
        entra=f"http://localhost:{entra_port}",
        logbook=f"http://localhost:{port}",
        called=called,
        environment=os.environ
        | {
            "AZURE_AUTHORITY_HOST": f"http://localhost:{entra_port}",
            "DATABASE_URL": f"sqlite:///{folder / 'logbook.sqlite3'}",
            "DJANGO_DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": os.pathsep.join([str(HERE / "loopback_only"), str(HERE.parent)]),
            "LOOPBACK_ONLY_LOG": str(called),
        }
        | environment,
    )


@contextmanager
def running(folder: Path, *options: str, **environment: str) -> Iterator[Servers]:
    """Run both servers with a fresh database in ``folder``.

    The options are those of `entra-double serve`, the environment is Logbook's.
    """
    entra_port, port = free_ports(2)
    servers = servers_at(folder, entra_port, port, **environment)
    make_database(servers, folder / "logbook.sqlite3")
    asgi = ["-m", "uvicorn", "config.asgi:application", "--port", str(port), "--log-level", "warning"]
    with ExitStack() as stack:
        serve = ["-m", "entra_double", "serve", "--port", str(entra_port), *options]
        stack.enter_context(process(serve, servers.environment))
        stack.enter_context(process(asgi, servers.environment))
        wait_for(f"{servers.entra}/health")
        wait_for(f"{servers.logbook}/entrance/config.json")
        yield servers


def make_database(servers: Servers, file: Path) -> None:
    """Make Logbook's database once, and copy it for further servers."""
    if SEEDED:
        file.write_bytes(SEEDED[0])
        return
    for command in ("migrate", "seed_demo"):
        servers.manage(command, "--verbosity", "0")
    SEEDED.append(file.read_bytes())


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def process(arguments: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    with subprocess.Popen([sys.executable, *arguments], cwd=BACKEND, env=environment) as child:
        try:
            yield
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
