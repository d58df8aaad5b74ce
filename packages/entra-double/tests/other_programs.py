"""Runs other programs on ports of this machine, where entra-double is expected."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, TCPServer


@contextmanager
def program_without_http(banner: bytes) -> Iterator[int]:
    """Listen on a port, answer every connection with `banner`, and hang up."""

    class Greeting(StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(banner)

    with TCPServer(("127.0.0.1", 0), Greeting) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield listening.server_address[1]
        finally:
            listening.shutdown()
            thread.join()
