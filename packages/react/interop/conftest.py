"""The package, packed once for all projects."""

from pathlib import Path

import pytest

from .projects import pack


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(tmp_path_factory.mktemp("packed"))
