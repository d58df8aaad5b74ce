"""Asks a server that is running."""

from __future__ import annotations

import argparse
import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from entra_local._cli.authorities import authority_for
from entra_local._cli.ending import NOT_SO, CommandError
from entra_local._cli.forms import address, control_token
from entra_local._control.gate import CONTROL_HEADER, WITHOUT_TOKEN
from entra_local._directory import Directory
from entra_local._directory_file.problems import DirectoryError
from entra_local._directory_file.read import read_directory

TOKEN_VARIABLE = "ENTRA_LOCAL_CONTROL_TOKEN"
_PATIENCE = 10.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which server is meant."""
    parser.add_argument(
        "--url",
        type=address,
        default="http://localhost:8400",
        help="the address of the running server (default: %(default)s)",
    )
    parser.add_argument(
        "--control-token",
        type=control_token,
        default=os.environ.get(TOKEN_VARIABLE),
        metavar="TOKEN",
        help=f"the one it was started with (default: ${TOKEN_VARIABLE})",
    )
    parser.add_argument(
        "--ca",
        type=Path,
        metavar="FILE",
        help="the authority to trust for https (default: that of `serve --tls` at this address)",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server at `url`. No proxy is used: it is on this machine, or in a network of one's own."""

    url: str
    control_token: str | None
    ca: Path

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    def get(self, path: str) -> Reply:
        """Ask for what anybody may see.

        Raises:
            OSError: Nobody answers, or not in HTTP.
        """
        return self._send(urllib.request.Request(self.url + path))

    def control(self, method: str, path: str, body: Mapping[str, object] | None = None) -> bytes:
        """Ask the control interface.

        Raises:
            CommandError: It is not reached, or refuses.
        """
        request = urllib.request.Request(
            f"{self.url}/_control/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={CONTROL_HEADER: self.control_token or WITHOUT_TOKEN},
        )
        try:
            reply = self._send(request)
        except OSError as error:
            says = f"{self.url} does not answer ({_reason(error)}); `entra-local doctor --url {self.url}` says why."
            raise CommandError(says, NOT_SO) from None
        if reply.status >= 400:
            raise CommandError(_problem(reply), NOT_SO)
        return reply.body

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

    def _send(self, request: urllib.request.Request) -> Reply:
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if self.url.startswith("https:"):
            context = ssl.create_default_context(cafile=str(self.ca) if self.ca.exists() else None)
            handlers.append(urllib.request.HTTPSHandler(context=context))
        try:
            with urllib.request.build_opener(*handlers).open(request, timeout=_PATIENCE) as response:
                return Reply(status=response.status, body=response.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Reply(status=refusal.code, body=refusal.read())
        except HTTPException:
            raise ConnectionError("what comes is no HTTP, or breaks off") from None


def running(options: argparse.Namespace) -> Running:
    """Give the server that the options mean."""
    ca = options.ca or authority_for(options.url)
    return Running(url=options.url, control_token=options.control_token, ca=ca)


def _reason(error: OSError) -> str:
    return str(getattr(error, "reason", error))


def _problem(reply: Reply) -> str:
    try:
        return str(json.loads(reply.body)["error"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered with status {reply.status}; is it entra-local?"
