from typing import Any

import pytest
from calling import use_project
from entra_double import RunningEntra


@pytest.fixture
def calling(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    """A project that calls other APIs for people, at entra-double."""
    use_project(settings, entra_server)
    return entra_server
