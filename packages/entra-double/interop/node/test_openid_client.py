"""openid-client, a certified OpenID Connect client, completes its flows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interop.servers import Client, Servers, running

CLIENT = Client(name="openid-client", program="node/openid_client.mjs", kind="node", package="openid-client")
FLOWS = (
    "discovery",
    "authorization code with PKCE",
    "ID token, signature checked",
    "refresh",
    "client credentials",
    "device code",
    "userinfo",
    "end session",
)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with running() as started:
        yield started


@pytest.mark.parametrize("flow", FLOWS)
def test_openid_client_completes(servers: Servers, flow: str) -> None:
    finding = servers.run(CLIENT)[flow]
    assert finding.ok, finding.said


def test_every_reported_flow_is_listed(servers: Servers) -> None:
    assert set(servers.run(CLIENT)) == set(FLOWS)
