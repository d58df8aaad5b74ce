"""Sends requests to a running server: through no proxy, after no redirect, and for a limited time in all."""

from __future__ import annotations

import argparse
import json
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from entra_double._cli.authorities import authority_for
from entra_double._cli.options import (
    FAILED,
    TOKEN_OPTION,
    TOKEN_VARIABLE,
    CommandError,
    address,
    certificate_file,
    control_token_of,
    option,
    token_options,
)
from entra_double._testing.control.gate import CONTROL_HEADER, NO_TOKEN, SOME_TOKEN, WITHOUT_TOKEN
from entra_double._world.directory import Directory
from entra_double._world.directory_file.problems import DirectoryError
from entra_double._world.directory_file.read import read_directory

SERVER_OPTIONS = (
    option(
        "--url",
        type=address,
        default="http://localhost:8400",
        help="the address of the running server (default: %(default)s)",
    ),
    *token_options("the control token of the server"),
    option(
        "--ca",
        type=certificate_file,
        metavar="FILE",
        help="the certificate authority to trust (default: that of `serve --tls` at this address)",
    ),
)

_CONTROL_PATIENCE = 60.0
"""In seconds: a large directory takes its time."""

_WRONG_TOKENS = {
    SOME_TOKEN: f"the server requires its control token: give it by {TOKEN_VARIABLE} or {TOKEN_OPTION}.",
    NO_TOKEN: f"the server was started without a control token: leave out {TOKEN_VARIABLE} and {TOKEN_OPTION}.",
}

Health = Mapping[str, Any]


class NotEntraDouble(Exception):
    """Another program answers, or entra-double does not answer to that name (421)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """A server at `url`, on this machine or in a private network. `patience` is in seconds, for each answer."""

    url: str
    control_token: str | None
    ca: Path
    patience: float = 5.0

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    def get(self, path: str) -> Reply:
        """Request what needs no token.

        Raises:
            OSError: There is no answer, or it is not HTTP, or it takes too long.
        """
        return self._send("GET", path, seconds=self.patience)

    def health(self) -> Health:
        """Check that it is entra-double.

        Raises:
            OSError: As `get` does.
            NotEntraDouble: It is not.
        """
        reply = self.get("/health")
        try:
            health = json.loads(reply.body)
            return {"version": health["version"], "instance": health["instance"], "time": int(health["time"])}
        except (ValueError, KeyError, TypeError, OverflowError):
            raise NotEntraDouble(reply.status) from None

    def control(self, method: str, path: str, body: Mapping[str, object] | None = None) -> bytes:
        """Send a request to the control interface.

        Raises:
            CommandError: It is not reached, or refuses, or is not entra-double's.
        """
        headers = {CONTROL_HEADER: self.control_token or WITHOUT_TOKEN}
        content = None if body is None else json.dumps(body).encode()
        try:
            self.health()
            reply = self._send(method, f"/_control/{path}", content, headers, seconds=_CONTROL_PATIENCE)
        except OSError as error:
            raise self._unreached(f"{self.url} does not answer ({error})") from None
        except NotEntraDouble as other:
            raise self._unreached(f"what answers at {self.url} is not entra-double ({other})") from None
        if reply.status >= 400:
            raise CommandError(_problem(reply), FAILED)
        return reply.body

    def _unreached(self, says: str) -> CommandError:
        return CommandError(f"{says}; `entra-double doctor --url {self.url}` says why.", FAILED)

    def directory(self) -> Directory:
        """Fetch the directory.

        Raises:
            CommandError: It is not reached, or is of another version.
        """
        text = self.control("GET", "directory").decode(errors="replace")
        try:
            return read_directory(f"{self.url}/_control/directory", text=text)
        except DirectoryError as error:
            raise CommandError(f"{error}. Is the server of another version?", FAILED) from None

    def _send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}, *, seconds: float
    ) -> Reply:
        with closing(_connection(self.url, self.ca, seconds)) as connection:
            connection.connect()
            with _hanging_up_after(seconds, connection.sock):
                connection.request(method, path, body, dict(headers))
                response = connection.getresponse()
                return Reply(status=response.status, body=response.read())


def running_server(options: argparse.Namespace) -> RunningServer:
    """Return the server that the options name."""
    ca = options.ca or authority_for(options.url)
    return RunningServer(url=options.url, control_token=control_token_of(options), ca=ca)


def _problem(reply: Reply) -> str:
    try:
        error = str(json.loads(reply.body)["error"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered with status {reply.status}; is it entra-double?"
    return _WRONG_TOKENS.get(error, error)


def _connection(url: str, ca: Path, seconds: float) -> HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "http":
        return HTTPConnection(parts.netloc, timeout=seconds)
    context = ssl.create_default_context(cafile=str(ca) if ca.exists() else None)
    return HTTPSConnection(parts.netloc, timeout=seconds, context=context)


@contextmanager
def _hanging_up_after(seconds: float, connected: socket.socket) -> Iterator[None]:
    """Limit the time of a whole conversation: a socket's own limit starts anew with each byte that arrives."""
    ends = time.monotonic() + seconds
    timer = Timer(seconds, _hang_up, [connected])
    timer.start()
    try:
        yield
    except (HTTPException, TimeoutError):
        if time.monotonic() < ends:
            raise ConnectionError("the answer is not HTTP, or breaks off") from None
        raise TimeoutError(f"the answer is not whole after {seconds:g} seconds") from None
    finally:
        timer.cancel()


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):  # the other side may have been faster
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
