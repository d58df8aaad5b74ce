"""An authority that accepts connections and never says anything."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def unasked() -> Iterator[str]:
    """Yield the address of a silent authority. Fail if a connection was opened to it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://localhost:{silent.getsockname()[1]}"
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
