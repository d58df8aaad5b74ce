"""Fetches one document of an authority over HTTP: bounded in time and size, no redirects, no credentials."""

import socket
import ssl
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

Fetch = Callable[[str], bytes]
"""Address → body of the document there. Raises OSError when it cannot be had."""

PATIENCE = 5.0
"""Seconds that one document may take altogether."""

ADDRESSES = 5
"""A host can have addresses that lead nowhere from here: each gets this part of the time, then the next is tried."""

LARGEST_DOCUMENT = 1_000_000
CHUNK = 16_384


BAD_PROXY = "the address of the proxy cannot be read: in its password, write / # ? and ] as %2F %23 %3F and %5D"


class Alarm:
    """Shuts connections when the time is up, whatever is waited for: headers, a proxy's answer, the next byte.

    The time-out of a socket cannot do that: it begins anew with each byte that comes.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.has_rung = False
        self.watched: list[socket.socket] = []
        self.timer = threading.Timer(patience, self.ring)
        self.timer.daemon = True

    def watch(self, connected: socket.socket) -> None:
        """Shut this connection, too: its duplicate, because TLS takes the descriptor away from the socket itself."""
        self.watched.append(connected.dup())
        if self.has_rung:
            self.ring()

    def ring(self) -> None:
        self.has_rung = True
        for connected in list(self.watched):
            with suppress(OSError):  # the other end was first
                connected.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the timer before the connections: it must not shut what has their numbers next."""
        self.timer.cancel()
        if self.timer.is_alive():
            self.timer.join()
        for connected in self.watched:
            connected.close()


class Watched(HTTPAdapter):
    """Shows every connection that it makes to an alarm, those to a proxy included."""

    def __init__(self, alarm: Alarm) -> None:
        super().__init__()
        self.alarm = alarm

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = watched_by(self.alarm, pool.ConnectionCls)
        return pool


def watched_by(alarm: Alarm, connection_class: type[HTTPConnection]) -> type[HTTPConnection]:
    class WatchedConnection(connection_class):  # type: ignore[misc, valid-type]  # of HTTP, HTTPS or SOCKS
        def _new_conn(self) -> socket.socket:
            self.socket_options: Iterable[Any] = InTime(alarm, self.socket_options)
            connected: socket.socket = super()._new_conn()
            alarm.watch(connected)
            return connected

    return WatchedConnection


class InTime:
    """The options of a socket, which urllib3 goes through at each address of a host before it connects there.

    When the alarm has rung, no further address is tried.
    """

    def __init__(self, alarm: Alarm, options: Iterable[Any] | None) -> None:
        self.alarm = alarm
        self.options = options or ()

    def __iter__(self) -> Iterator[Any]:
        if self.alarm.has_rung:
            raise TimeoutError
        return iter(self.options)


class SystemTrust(Watched):
    """Trusts the certificate authorities of the operating system beside those that requests brings.

    That is where companies put the authority of their own proxy. ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name other
    stores, ``REQUESTS_CA_BUNDLE`` one for requests alone; ``HTTPS_PROXY`` and ``NO_PROXY`` are followed, too.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=ssl.create_default_context(), **kwargs)


def fetch_document(url: str, *, patience: float = PATIENCE) -> bytes:
    """Return the body at ``url`` within ``patience`` seconds and LARGEST_DOCUMENT bytes; no redirect is followed.

    Raises:
        OSError: no answer, not in time, too large, or a status other than 200 (requests' errors are OSErrors).
    """
    with asking(url, patience=patience) as response:
        return read_body(response)


@contextmanager
def asking(
    url: str,
    *,
    patience: float = PATIENCE,
    headers: Mapping[str, str] | None = None,
    statuses: Container[int] = (200,),
) -> Iterator[requests.Response]:
    """Ask for a document and hand out the answer before its body is read. All that is done with it is timed.

    Raises:
        OSError: no answer in ``patience`` seconds, or a status that is not one of ``statuses``.
    """
    alarm = Alarm(patience)
    with in_time(alarm), requests.Session() as session:
        session.auth = send_no_credentials
        session.headers["Accept-Encoding"] = "identity"  # what is not packed cannot be a bomb
        session.headers.update(headers or {})
        session.mount("http://", Watched(alarm))
        session.mount("https://", SystemTrust(alarm))
        session.trust_env = not stays_here(url)
        with ask(session, url, patience) as response:
            if response.status_code not in statuses:
                raise OSError(f"expected status 200, came {response.status_code}")
            yield response


def ask(session: requests.Session, url: str, patience: float) -> requests.Response:
    """Ask in that session, without the text of an address that cannot be read: a proxy's has a password in it."""
    try:
        return session.get(url, timeout=(patience / ADDRESSES, patience), allow_redirects=False, stream=True)
    except requests.exceptions.InvalidSchema:  # such as a SOCKS proxy without PySocks
        raise
    except (ValueError, TypeError):  # requests raises the second where a name and a password have no host
        raise requests.exceptions.ProxyError(BAD_PROXY) from None


@contextmanager
def in_time(alarm: Alarm) -> Iterator[None]:
    """Start the alarm. What it cut off is refused as late: a shut connection looks like the end of a document."""
    alarm.timer.start()
    try:
        yield
    except OSError:
        if not alarm.has_rung:
            raise
    finally:
        alarm.close()
    if alarm.has_rung:
        raise requests.exceptions.Timeout(f"the document took more than {alarm.patience:g} seconds")


def read_body(response: requests.Response) -> bytes:
    """Read as the bytes come, so that a document which is too large is noticed in time."""
    body = bytearray()
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            body += chunk
            if len(body) > LARGEST_DOCUMENT:
                raise OSError(f"the document has more than {LARGEST_DOCUMENT} bytes")
    except HTTPError as fault:
        raise OSError(f"the document broke off: {type(fault).__name__}") from fault
    return bytes(body)


def stays_here(url: str) -> bool:
    """Tell whether an address is on loopback, as all of plain http are: what a proxy says there proves nothing."""
    return url.startswith("http://")


def send_no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding what a .netrc file has for the host."""
    return request
