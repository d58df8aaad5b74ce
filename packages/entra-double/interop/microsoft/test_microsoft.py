"""Microsoft's four clients, unmodified, complete their flows; every flow is a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interop.trial import Client, Court, in_session

pytestmark = pytest.mark.microsoft

MSAL_PYTHON = Client(name="MSAL Python", program="microsoft/msal_python.py", kind="python", package="msal", tls=True)
AZURE_IDENTITY = Client(
    name="azure-identity", program="microsoft/azure_identity.py", kind="python", package="azure-identity", tls=True
)
MSAL_NODE = Client(name="@azure/msal-node", program="node/msal_node.mjs", kind="node", package="@azure/msal-node")
MSAL_BROWSER = Client(
    name="@azure/msal-browser, Chromium", program="browser/chromium.py", kind="node", package="@azure/msal-browser"
)

_AS_ITSELF = ("client credentials, secret", "client credentials, certificate", "client credentials, wrong secret")
_AS_SOMEBODY = (
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
    MSAL_PYTHON: (*_AS_ITSELF, *_AS_SOMEBODY, "prompt=none without a session", "client capabilities"),
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
    MSAL_NODE: (*_AS_ITSELF, *_AS_SOMEBODY, "discovery over https"),
    MSAL_BROWSER: IN_A_BROWSER,
}
"""What each client has to complete; a flow that it does not report is a failure."""


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    with in_session() as court:
        yield court


@pytest.mark.parametrize(
    ("client", "flow"),
    [pytest.param(client, flow, id=f"{client.name}: {flow}") for client, flows in FLOWS.items() for flow in flows],
)
def test_microsofts_client_completes(court: Court, client: Client, flow: str) -> None:
    finding = court.hear(client)[flow]
    assert finding.ok, finding.said


@pytest.mark.parametrize("client", FLOWS, ids=lambda client: client.name)
def test_every_flow_is_known_here(court: Court, client: Client) -> None:
    assert set(court.hear(client)) == set(FLOWS[client])
