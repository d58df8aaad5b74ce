"""openid-client, certified for OpenID Connect and written by nobody here, completes its flows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interop.trial import Client, Court, in_session

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
def court() -> Iterator[Court]:
    with in_session() as court:
        yield court


@pytest.mark.parametrize("flow", FLOWS)
def test_openid_client_completes(court: Court, flow: str) -> None:
    finding = court.hear(CLIENT)[flow]
    assert finding.ok, finding.said


def test_every_flow_is_known_here(court: Court) -> None:
    assert set(court.hear(CLIENT)) == set(FLOWS)
