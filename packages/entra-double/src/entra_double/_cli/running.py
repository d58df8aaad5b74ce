"""Asks a server that is running."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from entra_double._cli import control_token
from entra_double._cli.authorities import authority_for
from entra_double._cli.control_token import TOKEN_OPTION, TOKEN_VARIABLE, control_token_of
from entra_double._cli.ending import NOT_SO, CommandError
from entra_double._cli.forms import address, authority
from entra_double._cli.sending import Reply, Request, send
from entra_double._testing.control.gate import CONTROL_HEADER, NO_TOKEN, SOME_TOKEN, WITHOUT_TOKEN
from entra_double._world.directory import Directory
from entra_double._world.directory_file.problems import DirectoryError
from entra_double._world.directory_file.read import read_directory

_CONTROL_PATIENCE = 60.0
"""In seconds: a large directory takes its time."""

_WRONG_TOKENS = {
    SOME_TOKEN: f"the server wants the token that it was started with: give it by {TOKEN_VARIABLE} or {TOKEN_OPTION}.",
    NO_TOKEN: f"the server was started without a control token: leave out {TOKEN_VARIABLE} and {TOKEN_OPTION}.",
}

Health = Mapping[str, Any]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which server is meant."""
    parser.add_argument(
        "--url",
        type=address,
        default="http://localhost:8400",
        help="the address of the running server (default: %(default)s)",
    )
    control_token.add_to(parser, "the token that it was started with")
    parser.add_argument(
        "--ca",
        type=authority,
        metavar="FILE",
        help="the authority to trust for https (default: that of `serve --tls` at this address)",
    )


class Stranger(Exception):
    """What answers is not entra-double, or does not answer to that name (421)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server at `url`, on this machine or in a network of one's own. `patience` is in seconds, for each answer."""

    url: str
    control_token: str | None
    ca: Path
    patience: float = 5.0

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    def get(self, path: str) -> Reply:
        """Ask for what anybody may see.

        Raises:
            OSError: Nobody answers, not in HTTP, or not in time.
        """
        return send(Request(method="GET", path=path), self.url, ca=self.ca, seconds=self.patience)

    def health(self) -> Health:
        """Ask whether it is entra-double.

        Raises:
            OSError: As `get` does.
            Stranger: It is not.
        """
        reply = self.get("/health")
        try:
            health = json.loads(reply.body)
            return {"version": health["version"], "instance": health["instance"], "time": int(health["time"])}
        except (ValueError, KeyError, TypeError, OverflowError):
            raise Stranger(reply.status) from None

    def control(self, method: str, path: str, body: Mapping[str, object] | None = None) -> bytes:
        """Ask the control interface.

        Raises:
            CommandError: It is not reached, or refuses, or is not entra-double's.
        """
        request = Request(
            method=method,
            path=f"/_control/{path}",
            headers={CONTROL_HEADER: self.control_token or WITHOUT_TOKEN},
            body=None if body is None else json.dumps(body).encode(),
        )
        try:
            self.health()
            reply = send(request, self.url, ca=self.ca, seconds=_CONTROL_PATIENCE)
        except OSError as error:
            raise self._unheard(f"{self.url} does not answer ({error})") from None
        except Stranger as stranger:
            raise self._unheard(f"what answers at {self.url} is not entra-double ({stranger})") from None
        if reply.status >= 400:
            raise CommandError(_problem(reply), NOT_SO)
        return reply.body

    def _unheard(self, says: str) -> CommandError:
        return CommandError(f"{says}; `entra-double doctor --url {self.url}` says why.", NOT_SO)

    def directory(self) -> Directory:
        """Fetch the directory.

        Raises:
            CommandError: It is not reached, or is of another version.
        """
        text = self.control("GET", "directory").decode(errors="replace")
        try:
            return read_directory(f"{self.url}/_control/directory", text=text)
        except DirectoryError as error:
            raise CommandError(f"{error}. Is the server of another version?", NOT_SO) from None


def running(options: argparse.Namespace) -> Running:
    """Give the server that the options mean."""
    ca = options.ca or authority_for(options.url)
    return Running(url=options.url, control_token=control_token_of(options), ca=ca)


def _problem(reply: Reply) -> str:
    try:
        error = str(json.loads(reply.body)["error"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered with status {reply.status}; is it entra-double?"
    return _WRONG_TOKENS.get(error, error)
