"""Sends a request to a server and nowhere else: through no proxy, after no redirect, and for a limited time in all."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a server; `path` begins with a slash."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered."""

    status: int
    body: bytes


def send(request: Request, url: str, *, ca: Path, seconds: float) -> Reply:
    """Ask the server at `url`, and wait for the whole answer.

    Raises:
        OSError: Nobody answers, not in HTTP, or not within `seconds`.
    """
    with closing(_connection(url, ca, seconds)) as connection:
        connection.connect()
        with _hanging_up_after(seconds, connection.sock):
            connection.request(request.method, request.path, request.body, dict(request.headers))
            response = connection.getresponse()
            return Reply(status=response.status, body=response.read())


def _connection(url: str, ca: Path, seconds: float) -> HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "http":
        return HTTPConnection(parts.netloc, timeout=seconds)
    context = ssl.create_default_context(cafile=str(ca) if ca.exists() else None)
    return HTTPSConnection(parts.netloc, timeout=seconds, context=context)


@contextmanager
def _hanging_up_after(seconds: float, connected: socket.socket) -> Iterator[None]:
    """End a conversation in time: what limits a socket counts anew with each byte that comes."""
    ends = time.monotonic() + seconds
    timer = Timer(seconds, _hang_up, [connected])
    timer.start()
    try:
        yield
    except (HTTPException, TimeoutError):
        if time.monotonic() < ends:
            raise ConnectionError("what comes is no HTTP, or breaks off") from None
        raise TimeoutError(f"the answer is not whole after {seconds:g} seconds") from None
    finally:
        timer.cancel()


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):  # the other side may have been faster
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
