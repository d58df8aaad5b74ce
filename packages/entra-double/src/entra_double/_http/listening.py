"""Opens ports on loopback."""

from __future__ import annotations

import errno
import socket

IPV4_LOOPBACK, IPV6_LOOPBACK = "127.0.0.1", "::1"


class PortBusy(Exception):
    """Another process listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is in use by another process")
        self.port = port


class PortNotAllowed(Exception):
    """The system gives the port to others than this user: those below 1024 often to root alone."""

    def __init__(self, port: int) -> None:
        super().__init__(f"This user may not open port {port}")


class NoSuchAddress(Exception):
    """This machine does not have the address that was asked for."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is no address of this machine")


def listen(port: int, host: str | None = None) -> list[socket.socket]:
    """Open `port` on both loopback addresses, or on `host` alone; 0 finds a free one.

    A machine without IPv6 gets IPv4 only.

    Raises:
        PortBusy: The port is taken on either of them: what listens there could be taken for us.
        PortNotAllowed: This user may not open it.
        NoSuchAddress: `host` is no IP address of this machine.
    """
    if host is not None:
        return [_bind_host(host, port)]
    first = _bind(socket.AF_INET, IPV4_LOOPBACK, port)
    try:
        return [first, _bind(socket.AF_INET6, IPV6_LOOPBACK, first.getsockname()[1])]
    except PortBusy:
        first.close()
        raise
    except OSError:
        return [first]


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(port) from None
        if error.errno == errno.EACCES:
            raise PortNotAllowed(port) from None
        raise
    return listener


def _bind_host(host: str, port: int) -> socket.socket:
    try:
        return _bind(socket.AF_INET6 if ":" in host else socket.AF_INET, host, port)
    except OSError:
        raise NoSuchAddress(host) from None
