"""Microsoft's four clients complete their flows. Each flow is a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interop.servers import Client, Servers, running

pytestmark = pytest.mark.microsoft

MSAL_PYTHON = Client(name="MSAL Python", program="microsoft/msal_python.py", kind="python", package="msal", tls=True)
AZURE_IDENTITY = Client(
    name="azure-identity", program="microsoft/azure_identity.py", kind="python", package="azure-identity", tls=True
)
MSAL_NODE = Client(name="@azure/msal-node", program="node/msal_node.mjs", kind="node", package="@azure/msal-node")
MSAL_BROWSER = Client(
    name="@azure/msal-browser, Chromium", program="browser/chromium.py", kind="node", package="@azure/msal-browser"
)

_AS_APPLICATION = ("client credentials, secret", "client credentials, certificate", "client credentials, wrong secret")
_AS_PERSON = (
    "authorization code with PKCE, confidential",
    "authorization code with PKCE, public",
    "silent",
    "forced refresh",
    "refresh after revocation",
    "on-behalf-of",
    "claims challenge",
    "device code",
)

IN_A_BROWSER = (
    "popup",
    "redirect",
    "silent, after a reload",
    "forced refresh",
    "hidden iframe, after revocation",
    "ssoSilent",
    "logout in a popup",
    "logout by redirect",
    "claims challenge",
    "an error: cancelled",
    "an error: not assigned",
)

FLOWS = {
    MSAL_PYTHON: (*_AS_APPLICATION, *_AS_PERSON, "prompt=none without a session", "client capabilities"),
    AZURE_IDENTITY: (
        "ClientSecretCredential",
        "ClientSecretCredential, wrong secret",
        "CertificateCredential",
        "ClientAssertionCredential, signed with the certificate",
        "ClientAssertionCredential, federated",
        "DeviceCodeCredential",
        "AuthorizationCodeCredential",
        "OnBehalfOfCredential",
    ),
    MSAL_NODE: (*_AS_APPLICATION, *_AS_PERSON, "discovery over https"),
    MSAL_BROWSER: IN_A_BROWSER,
}
"""Flows that each client must complete and report."""


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with running() as started:
        yield started


@pytest.mark.parametrize(
    ("client", "flow"),
    [pytest.param(client, flow, id=f"{client.name}: {flow}") for client, flows in FLOWS.items() for flow in flows],
)
def test_microsofts_client_completes(servers: Servers, client: Client, flow: str) -> None:
    finding = servers.run(client)[flow]
    assert finding.ok, finding.said


@pytest.mark.parametrize("client", FLOWS, ids=lambda client: client.name)
def test_every_reported_flow_is_listed(servers: Servers, client: Client) -> None:
    assert set(servers.run(client)) == set(FLOWS[client])
