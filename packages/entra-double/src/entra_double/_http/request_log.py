"""Logs each request: a line for the terminal and an entry for tests, both without tokens."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import CATALOGUE

_log = logging.getLogger("entra_double.requests")

_LONGEST_PATH = 200
_ENTRY = "entra_double.entry"
_NOT_LOGGED = ("/_", "/health", "/favicon.ico")


# OpenID Connect Core 1.0, RFC 6749, RFC 7523, RFC 7636, RFC 8628, and what Microsoft's clients add
_NAMES = frozenset(
    """
    access_token assertion claims client_assertion client_assertion_type client_id client_info client_secret code
    code_challenge code_challenge_method code_verifier device_code display domain_hint grant_type id_token_hint
    instance_aware login_hint logout_hint max_age nonce password post_logout_redirect_uri prompt redirect_uri
    refresh_token requested_token_use resource response_mode response_type scope sid state token tokentype user_code
    username
    """.split()  # noqa: SIM905  # as a list it would be a page long
)
_SHOWN = frozenset({"prompt", "redirect_uri", "resource", "response_mode", "response_type", "scope", "grant_type"})

# Letters, GUIDs and addresses; nothing that is as long as a token, and there is no ~ of a client's secret.
_HARMLESS = re.compile(r"(?!.*[\w-]{37})[\w:/.$ -]{0,300}", re.ASCII)


def harmless(parameters: Mapping[str, str]) -> dict[str, str | None]:
    """Return the known parameters by name, with the values of those that cannot be a secret, else None."""
    return {
        name: value if name in _SHOWN and _HARMLESS.fullmatch(value) else None
        for name, value in parameters.items()
        if name in _NAMES
    }


@dataclass(slots=True, kw_only=True)
class Entry:
    """The log entry of a request.

    `aadsts` is the number of the error it was refused with; `reason` is the text of that error, or Graph's error code.
    `parameters` are the names that were sent, with the values that cannot be a secret. `at` is the emulator's time, in
    seconds since 1970.
    """

    method: str
    path: str
    at: int = 0
    grant_type: str | None = None
    client_id: str | None = None
    person: str | None = None
    status: int | None = None
    aadsts: int | None = None
    reason: str | None = None
    parameters: dict[str, str | None] = field(default_factory=dict)


class RequestLog:
    def __init__(self, app: ASGIApp, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = quote(scope["path"])[:_LONGEST_PATH]
        entry = scope[_ENTRY] = Entry(method=scope["method"], path=path, at=self._emulator.now())
        entry.parameters = harmless(dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)))
        pending = [] if path.startswith(_NOT_LOGGED) else [entry]

        async def log_and_send(message: Message) -> None:
            """Log before the end is sent: a client that has the whole response finds it in the log."""
            entry.status = message.get("status", entry.status)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self._log(pending)
            await send(message)

        try:
            await self._app(scope, receive, log_and_send)
        finally:
            self._log(pending)

    def _log(self, pending: list[Entry]) -> None:
        """Log an entry once."""
        if not pending:
            return
        entry = pending.pop()
        if entry.aadsts:
            entry.reason = CATALOGUE[entry.aadsts].describe({})
        self._emulator.requests.append(asdict(entry))
        client = entry.client_id and (self._emulator.directory.client_name(entry.client_id) or "unknown client")
        error = entry.aadsts and f"AADSTS{entry.aadsts}"
        parts = (entry.status, entry.method, entry.path, entry.grant_type, client, entry.person, error)
        _log.info("  ".join(str(part) for part in parts if part))


def entry_of(request: Request) -> Entry:
    """Return the log entry of the request that is being answered."""
    entry: Entry = request.scope[_ENTRY]
    return entry
