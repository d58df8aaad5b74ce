import ssl
from pathlib import Path

import pytest
import requests
from django_entrance.verification import fetch
from django_entrance.verification.fetch import LARGEST_DOCUMENT, SystemTrust, fetch_document
from faulty import OK, bomb, misbehaving
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


def test_fetch_gives_up_on_a_body_that_drips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PATIENCE", 0.3)
    with (
        misbehaving(OK + b"Content-Length: 100000\r\n\r\n", drip=b"x") as server,
        pytest.raises(OSError, match=r"more than 0\.3 seconds"),
    ):
        fetch_document(server.host)


@pytest.mark.parametrize("excess", [0.0, 0.1])
def test_fetch_takes_a_bounded_time_altogether(excess: float) -> None:
    ticks = iter([0.0, fetch.PATIENCE + excess])
    with serving(ScriptedAuthority(bodies={"/x": b"x"})) as server:
        if excess:
            with pytest.raises(OSError, match="more than 5 seconds"):
                fetch_document(f"{server.host}/x", clock=lambda: next(ticks))
        else:
            assert fetch_document(f"{server.host}/x", clock=lambda: next(ticks)) == b"x"


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense", OK + b"Content-Length: 10\r\n\r\nhalf", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ids=["nothing", "no HTTP", "broken off", "bad chunk"],
)
def test_fetch_makes_an_oserror_of_every_fault(answer: bytes) -> None:
    with misbehaving(answer) as server, pytest.raises(OSError):  # noqa: PT011 the words are the HTTP library's
        fetch_document(server.host)


def test_the_systems_store_is_trusted_beside_that_of_requests() -> None:
    adapter = SystemTrust()
    for manager in (adapter.poolmanager, adapter.proxy_manager_for("http://proxy.example:8080")):
        context = manager.connection_pool_kw["ssl_context"]
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert context.cert_store_stats() == ssl.create_default_context().cert_store_stats()
