"""Opens ports, on loopback by default, and has uvicorn serve an application there."""

from __future__ import annotations

import errno
import logging
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

if TYPE_CHECKING:
    import uvicorn

IPV4_LOOPBACK, IPV6_LOOPBACK = "127.0.0.1", "::1"

_DUAL = socket.has_dualstack_ipv6()  # where it is, `::` stands for IPv4 too
_UNIMPORTANT = ("Invalid HTTP request received", "ASGI callable returned without completing response")


class CannotListen(Exception):
    """A port cannot be opened: it is busy, not allowed, or its address is not one of this machine."""

    def __init__(self, host: str, port: int, number: int | None) -> None:
        self.is_busy, self.is_forbidden = number == errno.EADDRINUSE, number == errno.EACCES
        problem = f"{host} is no address of this machine"
        if self.is_busy:
            problem = f"Port {port} is in use by another process"
        elif self.is_forbidden:  # ports below 1024 belong to root on many systems
            problem = f"This user may not open port {port}"
        super().__init__(problem)


def listen(port: int, host: str | None = None) -> list[socket.socket]:
    """Open `port` on both loopback addresses, or on `host` alone; 0 finds a free one.

    A machine without IPv6 gets IPv4 only.

    Raises:
        CannotListen: Also if another process has the port on one of the two: clients could take it for us.
    """
    first = _bind(host or IPV4_LOOPBACK, port)
    try:
        return [first] if host else [first, _bind(IPV6_LOOPBACK, first.getsockname()[1])]
    except CannotListen as error:
        if error.is_busy or error.is_forbidden:
            first.close()
            raise
        return [first]


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, dualstack_ipv6=_DUAL and family is socket.AF_INET6)
    except OSError as error:
        raise CannotListen(host, port, error.errno) from None


def make_server(app: ASGIApp, certificate: tuple[Path, Path] | None = None) -> uvicorn.Server:
    """Return a server; `certificate` is the files of certificate and key, for https. Only this needs uvicorn."""
    import uvicorn

    class Server(uvicorn.Server):
        """Ends without the consent of its clients: one that keeps a TLS connection need not answer that it closes."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for connection in tuple(self.server_state.connections):
                connection.transport.abort()
            await super().shutdown(sockets)

    certificate_file, key_file = certificate or (None, None)
    logging.getLogger("uvicorn.error").addFilter(_is_important)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate_file,
        ssl_keyfile=key_file,
    )
    return Server(config)


def _is_important(record: logging.LogRecord) -> bool:
    """Drop warnings about a browser's speculative TLS connection to our plain-text port, and about outages."""
    return not record.getMessage().startswith(_UNIMPORTANT)
