"""The control interface for tests: what would otherwise need an administrator, an outage or a day of waiting."""

from __future__ import annotations

from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from entra_double._testing.control import state, tokens
from entra_double._testing.control.calls import TOML, BadControlRequest, Command, bad_request
from entra_double._testing.control.gate import ControlGate
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory import Bounded
from entra_double._tokens.state import Snapshot
from entra_double._world.directory_file.problems import DirectoryError
from entra_double._world.errors import Refusal
from entra_double._world.requests.choices import Unclear

_OUTAGE = ("endpoint", "kind", "seconds", "times")
_TOKEN = ("person", "application", "client_id", "scope", "version", "agent", "claims")

COMMANDS = (
    Command("GET", "/requests", lambda call: list(call.emulator.requests)),
    Command("DELETE", "/requests", lambda call: call.emulator.requests.clear()),
    Command("GET", "/directory", state.get_directory),
    Command("PUT", "/directory", state.set_directory, TOML),
    Command("POST", "/reset", lambda call: call.emulator.reset()),
    Command("POST", "/snapshot", state.take_snapshot),
    Command("POST", "/rollback", state.rollback, ("id",)),
    Command("POST", "/end-sessions", lambda call: call.emulator.sessions.clear()),
    Command("POST", "/revoke-refresh-tokens", lambda call: call.emulator.revoke_refresh_tokens()),
    Command("POST", "/revoke", state.revoke, ("person",)),
    Command("PUT", "/people/{username}", state.change_person, ("enabled", "methods")),
    Command("PUT", "/clock", state.set_clock, ("offset", "advance", "at")),
    Command("PUT", "/access-token-lifetime", state.set_access_token_lifetime, ("seconds",)),
    Command("PUT", "/api-token-version", state.set_api_token_version, ("version",)),
    Command("POST", "/outages", state.begin_outage, _OUTAGE),
    Command("PUT", "/outages", state.replace_outages, _OUTAGE),
    Command("DELETE", "/outages", lambda call: call.emulator.outages.end()),
    Command("POST", "/rotate-keys", lambda call: call.emulator.rotate_keys()),
    Command("POST", "/token", tokens.make_token, _TOKEN),
    Command("GET", "/forgeries", tokens.list_forgeries),
    Command("POST", "/forgery", tokens.make_forgery, ("name", "person", "client_id", "scope")),
)
"""Every command: method, path under `/_control`, what it does, and the fields of its body."""

_BAD = (BadControlRequest, DirectoryError, Refusal, Unclear, UnicodeDecodeError)


def control(emulator: Emulator) -> ASGIApp:
    """Make the routes under `/_control`, behind their gate."""
    snapshots = Bounded[str, Snapshot](state.MOST_SNAPSHOTS)
    routes = [
        Route(command.path, partial(command.answer, emulator=emulator, snapshots=snapshots), methods=[command.method])
        for command in COMMANDS
    ]
    app = Starlette(routes=routes, exception_handlers=dict.fromkeys(_BAD, bad_request))
    app.router.redirect_slashes = False
    return ControlGate(app, emulator)
