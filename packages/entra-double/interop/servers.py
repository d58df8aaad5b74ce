"""Runs clients as processes against entra-double. Calls beyond this machine are refused and reported."""

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

from interop.microsoft.world import extend_seed, write_certificate
from interop.results import Finding, read_findings, record

HERE = Path(__file__).parent
REFERENCE = HERE.parents[2] / "reference"
NODE_PACKAGES = HERE.parents[2] / "node_modules"
LONGEST = 110.0
"""Time limit in seconds for all flows of a client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client of another project, and the program in this folder that runs its flows."""

    name: str
    program: str
    kind: Literal["python", "node"]
    package: str
    tls: bool = False

    @property
    def version(self) -> str:
        """The installed version of the package."""
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
class Servers:
    """Two servers, one with https, and the results of the clients. Each client runs once."""

    folder: Path
    by_tls: Mapping[bool, EntraServer]
    certificate: Path
    """The daemon's key and certificate, as PEM."""
    _found: dict[str, dict[str, Finding]] = field(default_factory=dict)

    def run(self, client: Client) -> dict[str, Finding]:
        """Run `client`, record its results, and return them by flow.

        Raises:
            AssertionError: It printed no results, or called an address beyond this machine.
        """
        if client.name not in self._found:
            found = self._run(client)
            record(client.name, client.version, found)
            self._found[client.name] = {finding.flow: finding for finding in found}
        return self._found[client.name]

    def _run(self, client: Client) -> tuple[Finding, ...]:
        called = self.folder / f"{client.package.replace('/', '-')}.called"
        environment = self._environment(self.by_tls[client.tls]) | {"LOOPBACK_ONLY_LOG": str(called)}
        run = subprocess.run(client.command, env=environment, capture_output=True, text=True, timeout=LONGEST)
        found = read_findings(run.stdout)
        assert found, run.stdout + run.stderr
        assert not called.exists(), f"it called {called.read_text()}"
        return found

    def _environment(self, server: EntraServer) -> dict[str, str]:
        """Return an environment without the proxies and settings of the caller."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "CHROMIUM") if name in os.environ}
        paths = [HERE, REFERENCE, REFERENCE / "e2e" / "loopback_only"]
        ca = {"ENTRA_CA": str(server.ca), "REQUESTS_CA_BUNDLE": str(server.ca)} if server.ca else {}
        return kept | ca | {
            "ENTRA_URL": server.base_url,
            "ENTRA_HTTPS_URL": self.by_tls[True].base_url,
            "NODE_EXTRA_CA_CERTS": str(self.by_tls[True].ca),
            "ENTRA_CERTIFICATE": str(self.certificate),
            "PYTHON": sys.executable,
            "PERSON": str(HERE / "person.py"),
            "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip


@contextmanager
def running() -> Iterator[Servers]:
    """Start both servers, and stop them after the block."""
    with TemporaryDirectory(prefix="interop-") as folder, EntraServer(tls=True) as secure, EntraServer() as plain:
        certificate, der = write_certificate(Path(folder))
        for server in (secure, plain):
            extend_seed(server.emulator, der)
        yield Servers(folder=Path(folder), by_tls={True: secure, False: plain}, certificate=certificate)


def _node_version(package: str) -> str:
    manifest = json.loads((NODE_PACKAGES / package / "package.json").read_text(encoding="utf-8"))
    return str(manifest["version"])
