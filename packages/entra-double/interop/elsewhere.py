"""Is a proxy that takes Microsoft's host names to entra-double, and nothing else anywhere.

Some clients have no setting for another host than login.microsoftonline.com. They honour HTTPS_PROXY, as most HTTP
clients do, so that they run as they are: CONNECT to one of `HOSTS` ends at entra-double, CONNECT to another is refused.
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
    """Serves on a free port of loopback while its block runs; `refused` names whom else somebody wanted to reach."""

    def __init__(self, port: int) -> None:
        self.refused: list[str] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _make_handler(port, self.refused))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="elsewhere", daemon=True).start()
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
    """Carry what comes out of one end into the other until it ends."""
    try:
        while piece := source.recv(_PIECE):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
