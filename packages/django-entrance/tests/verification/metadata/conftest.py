import os
from collections.abc import Iterator, MutableMapping

import pytest


@pytest.fixture
def environment() -> Iterator[MutableMapping[str, str]]:
    """The variables of this process, without any NO_PROXY. Afterwards they are as before."""
    before = dict(os.environ)
    for name in ("NO_PROXY", "no_proxy"):
        os.environ.pop(name, None)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)
