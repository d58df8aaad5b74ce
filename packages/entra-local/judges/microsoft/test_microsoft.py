"""Runs Microsoft's clients, each in a process of its own, against real servers; every flow is a test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from entra_local import EntraServer

from judges.microsoft.world import furnish, write_certificate
from judges.results import Finding, read_findings, record

pytestmark = pytest.mark.microsoft

HERE = Path(__file__).parent
NODE = HERE.parent / "node"
ROOT = HERE.parents[3]
LOOPBACK_ONLY = ROOT / "reference" / "e2e" / "loopback_only"

FLOWS = {
    "MSAL Python": (
        "client credentials, secret",
        "client credentials, certificate",
        "client credentials, wrong secret",
        "authorization code with PKCE, confidential",
        "authorization code with PKCE, public",
        "silent",
        "forced refresh",
        "refresh after revocation",
        "prompt=none without a session",
        "on-behalf-of",
    ),
    "azure-identity": (
        "ClientSecretCredential",
        "ClientSecretCredential, wrong secret",
        "CertificateCredential",
        "AuthorizationCodeCredential",
        "OnBehalfOfCredential",
    ),
}
"""What each judge has to complete; a flow that it does not report is a failure."""

Judge = Callable[[str], dict[str, Finding]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Let a judge judge, once, and keep what it found."""
    folder = tmp_path_factory.mktemp("judges")
    certificate, der = write_certificate(folder)
    with EntraServer(tls=True) as secure, EntraServer() as plain:
        for server in (secure, plain):
            furnish(server.emulator, der)

        @cache
        def judged(name: str) -> dict[str, Finding]:
            command, server, number = {
                "MSAL Python": ([sys.executable, HERE / "msal_python.py"], secure, version("msal")),
                "azure-identity": ([sys.executable, HERE / "azure_identity.py"], secure, version("azure-identity")),
            }[name]
            called = folder / f"{name}.called"
            environment = os.environ | {
                "ENTRA_URL": server.base_url,
                "ENTRA_CA": str(server.ca or ""),
                "ENTRA_CERTIFICATE": str(certificate),
                "REQUESTS_CA_BUNDLE": str(server.ca or ""),
                "PYTHONPATH": str(LOOPBACK_ONLY),
                "LOOPBACK_ONLY_LOG": str(called),
            }
            run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
            found = read_findings(run.stdout)
            assert found, run.stdout + run.stderr
            assert not called.exists(), f"it called {called.read_text()}"
            record(name, number, found)
            return {finding.flow: finding for finding in found}

        yield judged


@pytest.mark.parametrize(("name", "flow"), [(name, flow) for name, flows in FLOWS.items() for flow in flows])
def test_microsofts_client_completes(judge: Judge, name: str, flow: str) -> None:
    finding = judge(name)[flow]
    assert finding.ok, finding.said


@pytest.mark.parametrize("name", FLOWS)
def test_every_flow_is_known_here(judge: Judge, name: str) -> None:
    assert list(judge(name)) == list(FLOWS[name])
