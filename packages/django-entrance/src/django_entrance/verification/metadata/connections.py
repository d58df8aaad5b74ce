"""Opens HTTP connections that a deadline can cut, whatever they wait for."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from django_entrance.verification.metadata.trust import trusting

SocketOptions = Iterable[tuple[Any, ...]]


class Deadline:
    """Shuts connections when the time is up, whatever they wait for: headers, a proxy's answer, the next byte.

    The time-out of a socket cannot do that, since each received byte restarts it.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.has_passed = False
        self.watched: list[socket.socket] = []
        self.timer = threading.Timer(seconds, self.expire)
        self.timer.daemon = True

    def watch(self, connection: socket.socket) -> None:
        """Shut this connection too. Keeps a duplicate, because TLS takes the descriptor from the socket itself."""
        self.watched.append(connection.dup())
        if self.has_passed:
            self.expire()

    def expire(self) -> None:
        self.has_passed = True
        for connection in list(self.watched):
            with suppress(OSError):  # the other end was first
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop the timer before closing the duplicates: it must not shut a later connection with the same number."""
        self.timer.cancel()
        if self.timer.is_alive():
            self.timer.join()
        for connection in self.watched:
            connection.close()


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Run the block until the deadline. A connection that it cut looks like the end of a document, but is a Timeout."""
    deadline.timer.start()
    try:
        yield
    except OSError:
        if not deadline.has_passed:
            raise
    finally:
        deadline.close()
    if deadline.has_passed:
        raise Timeout(f"the document took more than {deadline.seconds:g} seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The two calls that reach the network: name resolution, and a new socket."""

    resolve: Callable[..., Iterable[tuple[Any, ...]]] = socket.getaddrinfo
    make_socket: Callable[..., socket.socket] = socket.socket

    def connect(
        self, host: str, port: int, *, timeout: float | None, options: SocketOptions, deadline: Deadline
    ) -> socket.socket:
        """Return a connection to the first address of a host that answers. After the deadline no address is tried.

        Raises:
            OSError: the fault of the last address.
        """
        failure = OSError("the host has no address")
        for *kind, _, address in self.resolve(host.strip("[]"), port, type=socket.SOCK_STREAM):
            if deadline.has_passed:
                raise TimeoutError("timed out")
            try:
                return self.connect_to(address, kind, timeout, options)
            except OSError as fault:  # also for an IPv6 address on a machine without IPv6
                failure = fault
        raise failure

    def connect_to(
        self, address: Any, kind: Iterable[Any], timeout: float | None, options: SocketOptions
    ) -> socket.socket:
        connection = self.make_socket(*kind)
        try:
            for option in options:
                connection.setsockopt(*option)
            connection.settimeout(timeout)
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection


class DeadlineAdapter(HTTPAdapter):
    """Puts every connection under a deadline, including those to a proxy."""

    def __init__(self, deadline: Deadline, network: Network) -> None:
        super().__init__()
        self.deadline = deadline
        self.network = network

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = connection_class(pool.ConnectionCls, self.deadline, self.network)
        return pool


class SystemTrustAdapter(DeadlineAdapter):
    """Trusts the operating system's certificate authorities in addition to those that requests brings.

    Companies install the authority of their proxy there. ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name other stores,
    ``REQUESTS_CA_BUNDLE`` one for requests alone; ``HTTPS_PROXY`` and ``NO_PROXY`` apply too.
    """

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Let a connection that verifies share what is trusted. One that did not would change it for all others."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # untyped in the stubs
        bundle = conn.ca_certs or conn.ca_cert_dir
        conn.conn_kw.pop("ssl_context", None)
        if not bundle or cert:
            return
        conn.conn_kw["ssl_context"] = trusting(bundle)
        if conn.proxy is None or conn.proxy.scheme == "http":  # TLS to the proxy itself has no context of ours
            conn.ca_certs = conn.ca_cert_dir = None


def connection_class(base: type[HTTPConnection], deadline: Deadline, network: Network) -> type[HTTPConnection]:
    """Return a class of urllib3 connections under a deadline. SOCKS connects in its own way; all others here."""
    has_own_way = base._new_conn is not HTTPConnection._new_conn

    class DeadlineConnection(base):  # type: ignore[misc, valid-type]  # of HTTP, HTTPS or SOCKS
        def _new_conn(self) -> socket.socket:
            connection: socket.socket = super()._new_conn() if has_own_way else connect(self, deadline, network)
            deadline.watch(connection)
            return connection

    return DeadlineConnection


def connect(own: HTTPConnection, deadline: Deadline, network: Network) -> socket.socket:
    """Connect as urllib3 does, with its errors, over a network that tests can replace.

    Raises:
        NameResolutionError, ConnectTimeoutError, NewConnectionError: urllib3's, which requests makes OSErrors.
    """
    timeout: Any = own.timeout
    try:
        options = own.socket_options or ()
        return network.connect(own._dns_host, own.port, timeout=timeout, options=options, deadline=deadline)
    except socket.gaierror as fault:
        raise NameResolutionError(own.host, own, fault) from fault
    except TimeoutError as fault:
        raise ConnectTimeoutError(own, f"Connection to {own.host} timed out. (connect timeout={timeout})") from fault
    except OSError as fault:
        raise NewConnectionError(own, f"Failed to establish a new connection: {fault}") from fault
