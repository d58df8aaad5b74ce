import socket
import ssl
from collections.abc import Iterator
from typing import Any

import certifi
import pytest
from django_entrance.verification.metadata.connections import (
    Deadline,
    Network,
    SystemTrustAdapter,
    connection_class,
    within,
)
from django_entrance.verification.metadata.fetch import DOCUMENT_TIMEOUT, fetch_document
from django_entrance.verification.metadata.trust import trusting
from requests.exceptions import Timeout
from scripted import ScriptedAuthority, serving
from urllib3.connection import HTTPConnection

DEAD = ("192.0.2.1", "192.0.2.2")
"""Addresses where no host ever answers (RFC 5737)."""


class DeadSocket(socket.socket):
    """A socket that notes each address, and cannot reach a dead one."""

    tried: list[str]

    def connect(self, address: Any) -> None:
        self.tried.append(address[0])
        if address[0] in DEAD:
            raise TimeoutError
        super().connect(address)


class DeadAddresses:
    """A network in which each host has two dead addresses before its own."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.resolved: list[tuple[Any, ...]] = []
        self.made: list[socket.socket] = []
        self.network = Network(resolve=self.resolve, make_socket=self.make_socket)

    def resolve(self, *args: Any, **kwargs: Any) -> list[Any]:
        self.resolved.append((*args, kwargs))
        family, kind, protocol, name, address = socket.getaddrinfo("127.0.0.1", *args[1:], **kwargs)[0]
        return [(family, kind, protocol, name, (host, address[1])) for host in (*DEAD, "127.0.0.1")]

    def make_socket(self, *args: int) -> socket.socket:
        made = DeadSocket(*args)
        made.tried = self.tried
        self.made.append(made)
        return made


@pytest.fixture
def dead_addresses() -> DeadAddresses:
    return DeadAddresses()


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(DOCUMENT_TIMEOUT)


def test_the_address_that_answers_is_found_among_those_that_do_not(dead_addresses: DeadAddresses) -> None:
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        assert fetch_document(f"{server.host}/x", network=dead_addresses.network) == b"body"
    assert dead_addresses.tried == [*DEAD, "127.0.0.1"]
    assert [each.fileno() for each in dead_addresses.made] == [-1] * 3


def test_after_the_deadline_no_further_address_is_tried(dead_addresses: DeadAddresses, deadline: Deadline) -> None:
    make_socket = dead_addresses.make_socket

    def expire_at_the_first(*args: int) -> socket.socket:
        deadline.has_passed = True
        return make_socket(*args)

    network = Network(resolve=dead_addresses.resolve, make_socket=expire_at_the_first)
    with serving(ScriptedAuthority()) as server, pytest.raises(Timeout, match="more than 5 seconds"):
        fetch_document(f"{server.host}/x", deadline=deadline, network=network)
    assert dead_addresses.tried == [DEAD[0]]


def test_an_address_of_a_family_that_the_machine_lacks_is_passed_over(deadline: Deadline) -> None:
    def make_socket(family: int, *rest: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError("Address family not supported by protocol")
        return socket.socket(family, *rest)

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        addresses: list[Any] = [(socket.AF_INET6, ("::1", port)), (socket.AF_INET, ("127.0.0.1", port))]
        return [(family, socket.SOCK_STREAM, 0, "", address) for family, address in addresses]

    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        network = Network(resolve=resolve, make_socket=make_socket)
        assert fetch_document(f"{server.host}/x", deadline=deadline, network=network) == b"body"


def test_an_address_in_brackets_is_resolved_without_them(deadline: Deadline) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return []

    with pytest.raises(OSError, match="the host has no address"):
        fetch_document("http://[::1]:1/", deadline=deadline, network=Network(resolve=resolve))
    assert asked == ["::1"]


FAULTS: dict[str, tuple[type[OSError], str]] = {
    "NameResolutionError": (socket.gaierror, "Failed to resolve"),
    "ConnectTimeoutError": (TimeoutError, "timed out. \\(connect timeout=1"),
    "NewConnectionError": (ConnectionRefusedError, "Failed to establish a new connection: refused"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_as_urllib3_tells_it(name: str) -> None:
    kind, words = FAULTS[name]

    def resolve(*_: Any, **__: Any) -> list[Any]:
        raise kind("refused")

    for scheme in ("http", "https"):
        with pytest.raises(OSError, match=f"{name}.*{words}"):
            fetch_document(f"{scheme}://localhost:1/", network=Network(resolve=resolve))


def test_a_connection_attempt_is_bounded_by_the_sockets_own_time_out() -> None:
    """There is nothing to shut yet."""
    waits: list[float | None] = []

    class Unreachable(socket.socket):
        def connect(self, address: Any) -> None:
            waits.append(self.gettimeout())
            raise TimeoutError("no answer")

    for scheme in ("http", "https"):
        with pytest.raises(OSError, match="timed out"):
            fetch_document(f"{scheme}://127.0.0.1:1/", network=Network(make_socket=Unreachable))
    assert waits == [1.0] * 2, "of the five seconds, one for each address"


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(5)
        yield ours, theirs


@pytest.mark.parametrize("is_late", [False, True])
def test_a_connection_is_shut_even_when_it_was_made_too_late(
    pair: tuple[socket.socket, socket.socket], deadline: Deadline, is_late: bool
) -> None:
    """Names may take long to resolve, and of many addresses each is tried."""
    ours, theirs = pair
    if is_late:
        deadline.expire()
    deadline.watch(ours)
    if not is_late:
        ours.send(b"x")
        assert theirs.recv(1) == b"x", "nothing is shut before the time"
        deadline.expire()
    assert theirs.recv(1) == b""
    theirs.close()
    deadline.close()
    deadline.expire()  # on what is closed by now


def test_a_deadline_that_is_met_leaves_nothing_behind(
    pair: tuple[socket.socket, socket.socket], deadline: Deadline
) -> None:
    ours, theirs = pair
    with within(deadline):
        deadline.watch(ours)
        assert deadline.timer.daemon, "the end of a process does not wait for it"
    watched = [each.fileno() for each in deadline.watched]
    assert (deadline.has_passed, deadline.timer.is_alive(), watched) == (False, False, [-1])
    ours.send(b"x")
    assert theirs.recv(1) == b"x", "the connection itself is for others to close"


class RecordingDeadline(Deadline):
    """Notes the connections that it is to watch."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.connections: list[socket.socket] = []

    def watch(self, connection: socket.socket) -> None:
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), "urllib3's own option"
        self.connections.append(connection)


def test_a_connection_is_closed_with_its_document() -> None:
    deadline = RecordingDeadline(DOCUMENT_TIMEOUT)
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        fetch_document(f"{server.host}/x", deadline=deadline)
        assert [connection.fileno() for connection in deadline.connections] == [-1]


@pytest.mark.parametrize("has_passed", [False, True])
def test_what_is_cut_off_is_late_and_what_breaks_is_not(deadline: Deadline, has_passed: bool) -> None:
    deadline.has_passed = has_passed
    with pytest.raises(OSError, match="more than 5 seconds" if has_passed else "broke off"), within(deadline):
        raise OSError("broke off")


@pytest.mark.parametrize("proxy", [None, "http", "https"])
@pytest.mark.parametrize(
    ("verify", "cert", "shares"), [(True, None, True), (False, None, False), (True, certifi.where(), False)]
)
def test_connections_that_verify_share_what_is_trusted(
    deadline: Deadline, proxy: str | None, verify: bool, cert: str | None, shares: bool
) -> None:
    """A connection that does not, or has a certificate of its own, would change the shared context for all others.

    TLS to a proxy has a context of urllib3's own, which needs the bundle.
    """
    adapter = SystemTrustAdapter(deadline, Network())
    manager = adapter.proxy_manager_for(f"{proxy}://proxy.example:8080") if proxy else adapter.poolmanager
    pool: Any = manager.connection_from_url("https://login.example")
    adapter.cert_verify(pool, "https://login.example", verify, cert)
    shared = trusting(certifi.where())
    assert (pool.conn_kw.get("ssl_context") is shared) == shares
    assert (shared.verify_mode, shared.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert pool.cert_reqs == ("CERT_REQUIRED" if verify else "CERT_NONE")
    needs_bundle = not shares or proxy == "https"
    assert pool.ca_certs == (certifi.where() if verify and needs_bundle else None)


def test_a_connection_class_with_a_way_of_its_own_keeps_it(pair: tuple[socket.socket, socket.socket]) -> None:
    """urllib3's class for SOCKS proxies connects through PySocks."""

    class ThroughSocks(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return pair[0]

    def refuse(*_: Any, **__: Any) -> list[Any]:
        raise AssertionError("resolves the name itself")

    deadline = Deadline(DOCUMENT_TIMEOUT)
    made = connection_class(ThroughSocks, deadline, Network(resolve=refuse))("login.example")
    assert made._new_conn() is pair[0]
    assert len(deadline.watched) == 1
    deadline.close()
