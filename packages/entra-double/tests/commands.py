"""Runs commands in this process, and servers in the foreground until something has been asked of them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable

import httpx
import pytest
from entra_double import EntraServer
from entra_double._cli import main

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY")
CERTIFICATE_FILES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")

Asking = Callable[[httpx.Client], object]


def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the proxies and authorities out of the environment."""
    for name in (*PROXIES, *CERTIFICATE_FILES):
        monkeypatch.delenv(name, raising=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until_healthy(address: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"{address}/health", verify=False).status_code == 200:
                return
        except httpx.ConnectError:
            threading.Event().wait(0.05)
    raise AssertionError("entra-double did not start")


def serve(
    *options: str, ask: Asking = lambda client: None, scheme: str = "http", by: int = signal.SIGINT
) -> tuple[int, object]:
    """Serve until `ask` has its answer; give the exit code and the answer."""
    port = free_port()
    address = f"{scheme}://localhost:{port}"
    answers: list[object] = []

    def ask_and_end() -> None:
        try:
            until_healthy(address)
            with httpx.Client(base_url=address, verify=False) as client:
                answers.append(ask(client))
        finally:
            os.kill(os.getpid(), by)

    asker = threading.Thread(target=ask_and_end)
    asker.start()
    logger = logging.getLogger("entra_double")
    try:
        code = main(["serve", "--port", str(port), *options])
    finally:
        asker.join()
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)
    return code, answers[0]


def ask(server: EntraServer, *arguments: str) -> int:
    """Run a command against a running server, and return its exit code."""
    return main([*arguments, "--url", server.base_url])
