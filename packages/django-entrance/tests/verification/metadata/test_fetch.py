import gc
import socket
import ssl
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django_entrance.verification.metadata import fetch
from django_entrance.verification.metadata.fetch import (
    LARGEST_DOCUMENT,
    Deadline,
    InTime,
    SystemTrust,
    asking,
    fetch_document,
    in_time,
)
from faulty import OK, bomb, misbehaving
from requests.exceptions import Timeout
from scripted import ScriptedAuthority, serving


def test_fetch_returns_the_body() -> None:
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        assert fetch_document(f"{server.host}/x") == b"body"


@pytest.mark.parametrize("status", [b"204 No Content", b"404 Not Found", b"500 Broken"])
def test_fetch_refuses_another_status(status: bytes) -> None:
    with (
        misbehaving(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n") as server,
        pytest.raises(OSError, match=f"expected status 200, came {status[:3].decode()}"),
    ):
        fetch_document(server.host)


@pytest.mark.parametrize("target", ["/there", "https://evil.example/", "file:///etc/passwd"])
def test_fetch_follows_no_redirect(target: str) -> None:
    published = ScriptedAuthority(bodies={"/there": b"body"}, redirects={"/here": target})
    with serving(published) as server, pytest.raises(OSError, match="expected status 200, came 302"):
        fetch_document(f"{server.host}/here")
    assert published.requests == []


def test_fetch_sends_no_credentials_of_a_netrc_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine localhost login somebody password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setattr(fetch, "is_loopback", lambda url: False)  # on loopback it would not be read at all
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        requests.get(f"{server.host}/x", timeout=5)
        assert len(server.credentials) == 1, "control: requests itself would send them"
        assert fetch_document(f"{server.host}/x") == b"body"
        assert len(server.credentials) == 1


@pytest.mark.parametrize("excess", [0, 1])
def test_fetch_refuses_a_large_body(excess: int) -> None:
    with serving(ScriptedAuthority(bodies={"/x": b"x" * (LARGEST_DOCUMENT + excess)})) as server:
        if excess:
            with pytest.raises(OSError, match="more than 1000000 bytes"):
                fetch_document(f"{server.host}/x")
        else:
            assert len(fetch_document(f"{server.host}/x")) == LARGEST_DOCUMENT


def test_fetch_unpacks_nothing() -> None:
    with misbehaving(bomb(50_000_000)) as server:
        assert len(fetch_document(server.host)) < 100_000


DRIPS = {
    "headers": (OK, b"X"),
    "continue without end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body": (OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    "a body of no length": (OK + b"\r\n", b"x"),
    "the size of a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x"),
}


@pytest.mark.parametrize("drip", DRIPS)
def test_whatever_drips_is_given_up_in_time(drip: str) -> None:
    """Each byte comes within the time-out of a socket; the bound is the document's."""
    answer, rest = DRIPS[drip]
    with misbehaving(answer, drip=rest) as server, pytest.raises(Timeout, match=r"more than 0\.2 seconds"):
        fetch_document(server.host, patience=0.2)


def test_control_what_ends_in_time_is_read_whatever_its_form() -> None:
    for answer in (
        b"\r\nbody",
        b"Content-Length: 4\r\n\r\nbody",
        b"Transfer-Encoding: chunked\r\n\r\n4;x\r\nbody\r\n0\r\n\r\n",
    ):
        with misbehaving(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + answer) as server:
            assert fetch_document(server.host) == b"body"


@pytest.fixture
def ring_when(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[threading.Event], None]]:
    """Let the time be up when something has happened."""
    alarm = Deadline(fetch.PATIENCE)
    monkeypatch.setattr(fetch, "Deadline", lambda patience: alarm)
    ringers: list[threading.Thread] = []

    def ring_after(event: threading.Event) -> None:
        if event.wait(10):
            alarm.ring()

    def start(event: threading.Event) -> None:
        ringers.append(threading.Thread(target=ring_after, args=[event]))
        ringers[-1].start()

    yield start
    for ringer in ringers:
        ringer.join(10)


def test_a_proxy_that_drips_is_given_up_in_time(
    ring_when: Callable[[threading.Event], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with misbehaving(b"HTTP/1.1 200 Connected\r\n", drip=b"X: y\r\n") as proxy, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Python lets the collector close what was cut before TLS
        monkeypatch.setenv("HTTPS_PROXY", proxy.host)
        monkeypatch.delenv("NO_PROXY", raising=False)
        ring_when(proxy.asked)
        with pytest.raises(Timeout, match="more than 5 seconds"):
            fetch_document("https://login.microsoftonline.com/")
        assert proxy.heard.startswith(b"CONNECT login.microsoftonline.com:443 ")
        gc.collect()


def test_a_handshake_that_drips_is_given_up_in_time(ring_when: Callable[[threading.Event], None]) -> None:
    """TLS has taken the descriptor of the socket by then: the server has read its hello."""
    with misbehaving(b"\x16\x03\x03\x40\x00\x02", drip=b"\x00") as server:
        ring_when(server.asked)
        with pytest.raises(Timeout, match="more than 5 seconds"):
            fetch_document(server.host.replace("http:", "https:"))


def test_what_waits_for_a_connection_is_bounded_by_the_sockets_own_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to shut yet."""
    waits: list[object] = []

    def connect(address: object, timeout: object, **_: object) -> socket.socket:
        waits.append(timeout)
        raise TimeoutError("nobody there")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    for scheme in ("http", "https"):
        with pytest.raises(OSError, match=r"nobody there|timed out"):
            fetch_document(f"{scheme}://localhost:1/")
    assert waits == [1.0] * 2, "of the five seconds, one for each address"


@pytest.fixture
def dead_addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the host have addresses besides its own, where nobody ever answers; each is noted when it is tried."""
    asked: list[str] = []
    names, connect = socket.getaddrinfo, socket.socket.connect

    def resolve(*args: Any, **kwargs: Any) -> list[Any]:
        family, kind, protocol, name, address = names("127.0.0.1", *args[1:], **kwargs)[0]
        hosts = ("192.0.2.1", "192.0.2.2", "127.0.0.1")
        return [(family, kind, protocol, name, (host, address[1])) for host in hosts]

    def try_one(self: socket.socket, address: tuple[str, int]) -> None:
        asked.append(address[0])
        if address[0].startswith("192.0.2."):
            raise TimeoutError
        connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", try_one)
    return asked


def test_the_address_that_answers_is_found_among_those_that_do_not(dead_addresses: list[str]) -> None:
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        assert fetch_document(f"{server.host}/x") == b"body"
    assert dead_addresses == ["192.0.2.1", "192.0.2.2", "127.0.0.1"]


def test_when_the_time_is_up_no_further_address_is_tried(
    dead_addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm, give = Deadline(fetch.PATIENCE), InTime.__iter__

    def ring_at_the_second(options: InTime) -> Iterator[Any]:
        alarm.has_rung = bool(dead_addresses)
        return give(options)

    monkeypatch.setattr(fetch, "Deadline", lambda patience: alarm)
    monkeypatch.setattr(InTime, "__iter__", ring_at_the_second)
    with serving(ScriptedAuthority()) as server, pytest.raises(Timeout, match="more than 5 seconds"):
        fetch_document(f"{server.host}/x")
    assert dead_addresses == ["192.0.2.1"]


@pytest.mark.parametrize("options", [None, [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]])
def test_the_options_of_a_socket_are_as_urllib3_has_them(options: list[Any] | None) -> None:
    assert list(InTime(Deadline(fetch.PATIENCE), options)) == (options or [])


def test_on_loopback_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It could leave the machine, where nothing proves who answers."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with (
        serving(ScriptedAuthority(bodies={"/x": b"body"})) as server,
        misbehaving(OK + b"Content-Length: 6\r\n\r\nforged") as proxy,
    ):
        monkeypatch.setenv("HTTP_PROXY", proxy.host)
        assert requests.get(f"{server.host}/x", timeout=5).content == b"forged", "control: requests itself would ask it"
        assert fetch_document(f"{server.host}/x") == b"body"


@pytest.mark.parametrize("password", ["s3cret/x", "s3cret#x", "s3cret?x", "s3cret]"])
def test_no_error_has_the_password_of_a_proxy(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{password}@localhost:1")
    with pytest.raises(requests.exceptions.ProxyError, match="proxy cannot be read: in its password, write") as refusal:
        fetch_document("https://login.example")
    assert not isinstance(refusal.value, ValueError)
    assert "s3cret" not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize(
    "proxy", ["http://me:s3cret@", "http://me:s3cret@/x", "me:s3cret@", "http://:@", "http://s3cret:x"]
)
def test_a_proxy_without_a_host_is_no_answer_and_tells_nothing(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(requests.exceptions.ProxyError, match="proxy cannot be read") as refusal:
        fetch_document("https://login.example")
    assert "s3cret" not in "".join(traceback.format_exception(refusal.value))


def test_a_proxy_of_a_kind_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "socks5://localhost:1")
    with pytest.raises(requests.exceptions.InvalidSchema, match="SOCKS"):
        fetch_document("https://login.example")


def test_a_header_goes_along_where_one_is_given_and_nothing_else() -> None:
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        for headers in ({"Authorization": "told"}, None):
            with open_document(f"{server.host}/x", headers=headers) as response:
                assert response.status_code == 200
        assert server.credentials == ["told"]


def test_nothing_packed_is_asked_for() -> None:
    with misbehaving(OK + b"Content-Length: 0\r\n\r\n") as server:
        fetch_document(server.host)
        assert b"Accept-Encoding: identity\r\n" in server.heard
        assert server.heard.startswith(b"GET / HTTP/1.1\r\n")


def test_a_document_that_breaks_off_says_how() -> None:
    with (
        misbehaving(OK + b"Content-Length: 10\r\n\r\nhalf") as server,
        pytest.raises(OSError, match=r"^the document broke off: ProtocolError$"),
    ):
        fetch_document(server.host)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(5)
        yield ours, theirs


@pytest.mark.parametrize("is_late", [False, True])
def test_a_connection_is_shut_even_when_it_was_made_too_late(
    pair: tuple[socket.socket, socket.socket], is_late: bool
) -> None:
    """Names may take long to resolve, and of many addresses each is tried."""
    ours, theirs = pair
    alarm = Deadline(fetch.PATIENCE)
    if is_late:
        alarm.ring()
    alarm.watch(ours)
    if not is_late:
        ours.send(b"x")
        assert theirs.recv(1) == b"x", "nothing is shut before the time"
        alarm.ring()
    assert theirs.recv(1) == b""
    theirs.close()
    alarm.close()
    alarm.ring()  # on what is closed by now


def test_an_alarm_in_time_leaves_nothing_behind(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    alarm = Deadline(fetch.PATIENCE)
    with in_time(alarm):
        alarm.watch(ours)
        assert alarm.timer.daemon, "the end of a process does not wait for it"
    assert (alarm.has_rung, alarm.timer.is_alive(), [each.fileno() for each in alarm.watched]) == (False, False, [-1])
    ours.send(b"x")
    assert theirs.recv(1) == b"x", "the connection itself is for others to close"


def test_a_connection_is_closed_with_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[socket.socket] = []

    def watch(alarm: Deadline, connected: socket.socket) -> None:
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), "urllib3's own option"
        connections.append(connected)

    monkeypatch.setattr(Deadline, "watch", watch)
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        fetch_document(f"{server.host}/x")
        assert [connected.fileno() for connected in connections] == [-1]


@pytest.mark.parametrize("has_rung", [False, True])
def test_what_is_cut_off_is_late_and_what_breaks_is_not(has_rung: bool) -> None:
    alarm = Deadline(fetch.PATIENCE)
    alarm.has_rung = has_rung
    with pytest.raises(OSError, match="more than 5 seconds" if has_rung else "broke off"), in_time(alarm):
        raise OSError("broke off")


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense", OK + b"Content-Length: 10\r\n\r\nhalf", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ids=["nothing", "no HTTP", "broken off", "bad chunk"],
)
def test_fetch_makes_an_oserror_of_every_fault(answer: bytes) -> None:
    with misbehaving(answer) as server, pytest.raises(OSError):  # noqa: PT011 the words are the HTTP library's
        fetch_document(server.host)


def test_the_systems_store_is_trusted_beside_that_of_requests() -> None:
    adapter = SystemTrust(Deadline(fetch.PATIENCE))
    for manager in (adapter.poolmanager, adapter.proxy_manager_for("http://proxy.example:8080")):
        context = manager.connection_pool_kw["ssl_context"]
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert context.cert_store_stats() == ssl.create_default_context().cert_store_stats()
