import gc
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path

import pytest
import requests
from django_entrance.verification.metadata.connections import Deadline, Network, within
from django_entrance.verification.metadata.fetch import (
    DOCUMENT_TIMEOUT,
    LARGEST_DOCUMENT,
    fetch_document,
    open_document,
    open_session,
    send_request,
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
        pytest.raises(OSError, match=f"expected status 200, got {status[:3].decode()}"),
    ):
        fetch_document(server.host)


@pytest.mark.parametrize("target", ["/there", "https://evil.example/", "file:///etc/passwd"])
def test_fetch_follows_no_redirect(target: str) -> None:
    published = ScriptedAuthority(bodies={"/there": b"body"}, redirects={"/here": target})
    with serving(published) as server, pytest.raises(OSError, match="expected status 200, got 302"):
        fetch_document(f"{server.host}/here")
    assert published.requests == []


def test_fetch_sends_no_credentials_of_a_netrc_file(tmp_path: Path, environment: MutableMapping[str, str]) -> None:
    """On loopback no such file is read at all, so the session is told to read it."""
    (tmp_path / "netrc").write_text("machine localhost login somebody password secret")
    environment["NETRC"] = str(tmp_path / "netrc")
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        url = f"{server.host}/x"
        requests.get(url, timeout=5)
        assert len(server.credentials) == 1, "control: requests itself would send them"
        deadline = Deadline(DOCUMENT_TIMEOUT)
        with within(deadline), open_session(url, deadline, Network()) as session:
            assert not session.trust_env
            session.trust_env = True
            with send_request(session, url, DOCUMENT_TIMEOUT) as response:
                assert response.content == b"body"
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
        fetch_document(server.host, deadline=Deadline(0.2))


def test_control_what_ends_in_time_is_read_whatever_its_form() -> None:
    for answer in (
        b"\r\nbody",
        b"Content-Length: 4\r\n\r\nbody",
        b"Transfer-Encoding: chunked\r\n\r\n4;x\r\nbody\r\n0\r\n\r\n",
    ):
        with misbehaving(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + answer) as server:
            assert fetch_document(server.host) == b"body"


Expire = Callable[[threading.Event], Deadline]


@pytest.fixture
def expire_after() -> Iterator[Expire]:
    """Make a deadline that passes when an event has happened."""
    threads: list[threading.Thread] = []

    def expire(event: threading.Event, deadline: Deadline) -> None:
        if event.wait(10):
            deadline.expire()

    def expire_after(event: threading.Event) -> Deadline:
        deadline = Deadline(DOCUMENT_TIMEOUT)
        threads.append(threading.Thread(target=expire, args=[event, deadline]))
        threads[-1].start()
        return deadline

    yield expire_after
    for thread in threads:
        thread.join(10)


def test_a_proxy_that_drips_is_given_up_in_time(expire_after: Expire, environment: MutableMapping[str, str]) -> None:
    with misbehaving(b"HTTP/1.1 200 Connected\r\n", drip=b"X: y\r\n") as proxy, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Python lets the collector close what was cut before TLS
        environment["HTTPS_PROXY"] = proxy.host
        with pytest.raises(Timeout, match="more than 5 seconds"):
            fetch_document("https://login.microsoftonline.com/", deadline=expire_after(proxy.asked))
        assert proxy.heard.startswith(b"CONNECT login.microsoftonline.com:443 ")
        gc.collect()


def test_a_handshake_that_drips_is_given_up_in_time(expire_after: Expire) -> None:
    """TLS has taken the descriptor of the socket by then: the server has read its hello."""
    with (
        misbehaving(b"\x16\x03\x03\x40\x00\x02", drip=b"\x00") as server,
        pytest.raises(Timeout, match="more than 5 seconds"),
    ):
        fetch_document(server.host.replace("http:", "https:"), deadline=expire_after(server.asked))


def test_on_loopback_no_proxy_is_asked(environment: MutableMapping[str, str]) -> None:
    """It could leave the machine, where nothing proves who answers."""
    with (
        serving(ScriptedAuthority(bodies={"/x": b"body"})) as server,
        misbehaving(OK + b"Content-Length: 6\r\n\r\nforged") as proxy,
    ):
        environment["HTTP_PROXY"] = proxy.host
        assert requests.get(f"{server.host}/x", timeout=5).content == b"forged", "control: requests itself would ask it"
        assert fetch_document(f"{server.host}/x") == b"body"


@pytest.mark.parametrize("password", ["s3cret/x", "s3cret#x", "s3cret?x", "s3cret]"])
def test_no_error_has_the_password_of_a_proxy(environment: MutableMapping[str, str], password: str) -> None:
    environment["HTTPS_PROXY"] = f"http://me:{password}@localhost:1"
    with pytest.raises(requests.exceptions.ProxyError, match="proxy cannot be read: in its password, write") as refusal:
        fetch_document("https://login.example")
    assert not isinstance(refusal.value, ValueError)
    assert "s3cret" not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize(
    "proxy", ["http://me:s3cret@", "http://me:s3cret@/x", "me:s3cret@", "http://:@", "http://s3cret:x"]
)
def test_a_proxy_without_a_host_is_no_answer_and_tells_nothing(
    environment: MutableMapping[str, str], proxy: str
) -> None:
    environment["HTTPS_PROXY"] = proxy
    with pytest.raises(requests.exceptions.ProxyError, match="proxy cannot be read") as refusal:
        fetch_document("https://login.example")
    assert "s3cret" not in "".join(traceback.format_exception(refusal.value))


def test_a_proxy_of_a_kind_that_is_not_installed_says_so(environment: MutableMapping[str, str]) -> None:
    environment["HTTPS_PROXY"] = "socks5://localhost:1"
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


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense", OK + b"Content-Length: 10\r\n\r\nhalf", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ids=["nothing", "no HTTP", "broken off", "bad chunk"],
)
def test_fetch_makes_an_oserror_of_every_fault(answer: bytes) -> None:
    with misbehaving(answer) as server, pytest.raises(OSError):  # noqa: PT011 the words are the HTTP library's
        fetch_document(server.host)
