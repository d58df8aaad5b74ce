"""Ports that are opened, and the server that listens there."""

from __future__ import annotations

import socket
import time

import httpx
import pytest
from entra_double import EntraServer
from entra_double._http.server import NoSuchAddress, PortBusy, listen


def test_the_server_ends_quickly_even_with_an_open_connection() -> None:
    with EntraServer() as server:
        idle = socket.create_connection(("127.0.0.1", server.port))
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n")
        started = time.monotonic()
    assert time.monotonic() - started < 5
    idle.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{server.port}/health")


def test_only_loopback_is_listened_on() -> None:
    sockets = listen(0)
    try:
        assert {listener.getsockname()[0] for listener in sockets} <= {"127.0.0.1", "::1"}
    finally:
        for listener in sockets:
            listener.close()


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_port_that_is_taken_on_either_address_is_busy(family: socket.AddressFamily, address: str) -> None:
    with socket.socket(family) as taken:
        taken.bind((address, 0))
        taken.listen()
        with pytest.raises(PortBusy, match="in use by another process"):
            listen(taken.getsockname()[1])


def test_a_machine_without_ipv6_is_served_on_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entra_double._http.server.IPV6_LOOPBACK", "2001:db8::1")  # an address that no machine has
    (listener,) = listen(0)
    with listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_browsers_speculative_tls_is_not_worth_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with EntraServer() as server, socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert "Invalid HTTP request" not in caplog.text


def test_a_server_may_listen_on_one_address_alone() -> None:
    (listener,) = listen(0, "127.0.0.2")
    with listener:
        assert listener.getsockname()[0] == "127.0.0.2"
        with pytest.raises(PortBusy, match="in use by another process"):
            listen(listener.getsockname()[1], "127.0.0.2")
    with pytest.raises(NoSuchAddress, match=r"2001:db8::1 is no address of this machine"):
        listen(0, "2001:db8::1")
