"""HTTPS proxy that connects Microsoft's host names to entra-double and refuses all others.

Some clients have no setting for a host other than login.microsoftonline.com, but honour HTTPS_PROXY, as most HTTP
clients do. CONNECT to one of `HOSTS` leads to entra-double.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from types import TracebackType
from typing import Self

HOSTS = ("login.microsoftonline.com", "graph.microsoft.com")

_PIECE = 65536


class Proxy:
    """Proxy on a free loopback port, for a `with` block. `refused` lists the refused targets."""

    def __init__(self, port: int) -> None:
        self.refused: list[str] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _make_handler(port, self.refused))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="proxy", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _make_handler(port: int, refused: list[str]) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            method, _, rest = self.rfile.readline().decode("latin-1").partition(" ")
            target = rest.partition(" ")[0]
            while self.rfile.readline().strip():
                pass
            if method != "CONNECT" or target not in {f"{host}:443" for host in HOSTS}:
                refused.append(target)
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", port)) as emulator:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(emulator, self.connection), daemon=True)
                back.start()
                _pump(self.connection, emulator)
                back.join()

    return Handler


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Copy bytes from one socket to the other until the first is closed."""
    try:
        while piece := source.recv(_PIECE):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
