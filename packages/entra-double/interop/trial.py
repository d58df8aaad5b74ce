"""Lets a client run its flows: a process of its own, against a real server, with nothing to call but this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from entra_double import EntraServer

from interop.microsoft.world import furnish, write_certificate
from interop.results import Finding, read_findings, record

HERE = Path(__file__).parent
REFERENCE = HERE.parents[2] / "reference"
NODE_PACKAGES = HERE.parents[2] / "node_modules"
LONGEST = 110.0
"""Seconds that a client may take for all its flows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client that nobody here wrote, and the program in this folder that has it complete its flows."""

    name: str
    program: str
    kind: Literal["python", "node"]
    package: str
    tls: bool = False

    @property
    def version(self) -> str:
        """The number of the package as it is installed."""
        if self.kind == "python":
            return version(self.package)
        return _node_version(self.package)

    @property
    def command(self) -> list[str]:
        program = str(HERE / self.program)
        if program.endswith(".py"):
            return [sys.executable, program]
        return ["node", "--import", str(HERE / "node" / "loopback_only.mjs"), program]


@dataclass(kw_only=True)
class Court:
    """Both servers, one with https, and what each client has found there; each runs once."""

    folder: Path
    servers: Mapping[bool, EntraServer]
    certificate: Path
    """The daemon's key and certificate, as PEM."""
    _found: dict[str, dict[str, Finding]] = field(default_factory=dict)

    def hear(self, client: Client) -> dict[str, Finding]:
        """Return what `client` found, flow by flow, and put it into the results.

        Raises:
            AssertionError: It said nothing, or called an address beyond this machine.
        """
        if client.name not in self._found:
            found = self._run(client)
            record(client.name, client.version, found)
            self._found[client.name] = {finding.flow: finding for finding in found}
        return self._found[client.name]

    def _run(self, client: Client) -> tuple[Finding, ...]:
        called = self.folder / f"{client.package.replace('/', '-')}.called"
        environment = self._environment(self.servers[client.tls]) | {"LOOPBACK_ONLY_LOG": str(called)}
        run = subprocess.run(client.command, env=environment, capture_output=True, text=True, timeout=LONGEST)
        found = read_findings(run.stdout)
        assert found, run.stdout + run.stderr
        assert not called.exists(), f"it called {called.read_text()}"
        return found

    def _environment(self, server: EntraServer) -> dict[str, str]:
        """Make an environment without the proxies and settings of whoever runs the tests."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "CHROMIUM") if name in os.environ}
        paths = [HERE, REFERENCE, REFERENCE / "e2e" / "loopback_only"]
        ca = {"ENTRA_CA": str(server.ca), "REQUESTS_CA_BUNDLE": str(server.ca)} if server.ca else {}
        return kept | ca | {
            "ENTRA_URL": server.base_url,
            "ENTRA_HTTPS_URL": self.servers[True].base_url,
            "NODE_EXTRA_CA_CERTS": str(self.servers[True].ca),
            "ENTRA_CERTIFICATE": str(self.certificate),
            "PYTHON": sys.executable,
            "PERSON": str(HERE / "person.py"),
            "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip


@contextmanager
def in_session() -> Iterator[Court]:
    """Start both servers, and end them."""
    with TemporaryDirectory(prefix="interop-") as folder, EntraServer(tls=True) as secure, EntraServer() as plain:
        certificate, der = write_certificate(Path(folder))
        for server in (secure, plain):
            furnish(server.emulator, der)
        yield Court(folder=Path(folder), servers={True: secure, False: plain}, certificate=certificate)


def _node_version(package: str) -> str:
    manifest = json.loads((NODE_PACKAGES / package / "package.json").read_text(encoding="utf-8"))
    return str(manifest["version"])
