"""Fixtures for stories of Logbook with a Django session as the session of its pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from e2e.servers import Servers, running


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with running(tmp_path_factory.mktemp("django-session"), LOGBOOK_SESSION="django") as both:
        yield both
        assert not both.called.exists(), "the servers called addresses beyond loopback"


@pytest.fixture(scope="module")
def browser_context_args(servers: Servers) -> dict[str, Any]:
    return {"base_url": servers.logbook}
