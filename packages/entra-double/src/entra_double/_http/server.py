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


class PortBusy(Exception):
    """Another process listens on the port."""


class PortNotAllowed(Exception):
    """This user may not open the port: those below 1024 belong to root on many systems."""


class NoSuchAddress(Exception):
    """The address is not one of this machine."""


def listen(port: int, host: str | None = None) -> list[socket.socket]:
    """Open `port` on both loopback addresses, or on `host` alone; 0 finds a free one.

    A machine without IPv6 gets IPv4 only.

    Raises:
        PortBusy: Also if it is taken on one of the two: clients could take the process that listens there for us.
        PortNotAllowed: This user may not open it.
        NoSuchAddress: `host` is no IP address of this machine.
    """
    first = _bind(host or IPV4_LOOPBACK, port)
    try:
        return [first] if host else [first, _bind(IPV6_LOOPBACK, first.getsockname()[1])]
    except NoSuchAddress:
        return [first]
    except PortBusy:
        first.close()
        raise


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, dualstack_ipv6=_DUAL and family is socket.AF_INET6)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(f"Port {port} is in use by another process") from None
        if error.errno == errno.EACCES:
            raise PortNotAllowed(f"This user may not open port {port}") from None
        raise NoSuchAddress(f"{host} is no address of this machine") from None


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
