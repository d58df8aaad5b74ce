"""The control interface for tests: what would otherwise need an administrator, an outage or a day of waiting."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.types import ASGIApp

from entra_double._testing.control import clock, directory, outages, tokens
from entra_double._testing.control.bodies import BadControlRequest, bad_request
from entra_double._testing.control.gate import ControlGate
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory import Bounded
from entra_double._world.errors import Refusal
from entra_double._world.requests.choices import Unclear


def control(emulator: Emulator) -> ASGIApp:
    """Make the routes under `/_control`, behind their gate."""
    app = Starlette(
        routes=[*clock.ROUTES, *directory.ROUTES, *outages.ROUTES, *tokens.ROUTES],
        exception_handlers={BadControlRequest: bad_request, Refusal: bad_request, Unclear: bad_request},
    )
    app.router.redirect_slashes = False
    app.state.emulator = emulator
    app.state.snapshots = Bounded(directory.MOST_SNAPSHOTS)
    return ControlGate(app, emulator)
