"""Fixtures for stories of Logbook with a Django session as the session of its pages."""

from typing import Any

import pytest
from e2e.servers import Servers


@pytest.fixture(scope="module")
def servers(servers_with_sessions: Servers) -> Servers:
    return servers_with_sessions


@pytest.fixture(scope="module")
def browser_context_args(servers: Servers) -> dict[str, Any]:
    return {"base_url": servers.logbook}
