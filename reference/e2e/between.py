"""A server between the browser and Logbook: it breaks answers on command, and shows Logbook in frames."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, urlsplit

Kind = Literal["hang", "drop"] | int
"""No answer, a connection that closes, or a status."""

FRAMED = "/framed-by-the-test"
"""Path of a page with one frame. The query's `address` is shown in it."""

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
FRAME_HEADERS = {"x-frame-options"}
FRAME_ANCESTORS = re.compile(r"frame-ancestors [^;]*;? ?")


class Between(ThreadingHTTPServer):
    """Forwards to `target`, except where a part is broken. In threads, which end with it."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = urlsplit(target).netloc
        self.mended = threading.Event()
        self.broken: list[tuple[re.Pattern[str], Kind]] = []

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server_port}"

    @property
    def elsewhere(self) -> str:
        """The same server under the name of another site."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Say nothing: browsers close connections that they no longer need."""

    def break_(self, path: str, kind: Kind) -> None:
        """Break the paths that match a regular expression."""
        self.mended.clear()
        self.broken.append((re.compile(path), kind))

    def mend(self) -> None:
        """Answer again. Requests without an answer end with a closed connection."""
        self.broken.clear()
        self.mended.set()

    def kind_of(self, path: str) -> Kind | None:
        return next((kind for pattern, kind in self.broken if pattern.search(path)), None)


class Handler(BaseHTTPRequestHandler):
    server: Between

    def do_GET(self) -> None:
        if self.path.startswith(FRAMED):
            return self._show_frame(parse_qs(urlsplit(self.path).query)["address"][0])
        kind = self.server.kind_of(self.path)
        if kind == "hang":
            self.server.mended.wait()
        if isinstance(kind, int):
            return self._answer(kind, [], b"")
        if kind is None:
            return self._forward()
        self.connection.shutdown(socket.SHUT_RDWR)
        return None

    do_POST = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = do_GET

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(self.server.target, timeout=30)
        connection.request(self.command, self.path, body, {**dict(self.headers), "Connection": "close"})
        response = connection.getresponse()
        self._answer(response.status, _kept(response.headers), response.read())
        connection.close()

    def _show_frame(self, address: str) -> None:
        page = f'<!doctype html><title>A portal</title><iframe src="{address}" width="900" height="700"></iframe>'
        self._answer(200, [("Content-Type", "text/html")], page.encode())

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _kept(headers: HTTPMessage) -> list[tuple[str, str]]:
    """Return the headers to pass on: without those that forbid frames."""
    kept = [(name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP | FRAME_HEADERS]
    return [(name, FRAME_ANCESTORS.sub("", value)) for name, value in kept]


@contextmanager
def between(target: str) -> Iterator[Between]:
    """Run the server for a block."""
    with Between(target) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.mend()
            server.shutdown()
            thread.join()
