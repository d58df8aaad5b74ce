"""Assembles the ASGI application: the control interface and the routes, behind the middlewares."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount

from entra_double._http.middleware import HostCheck, PageHeaders
from entra_double._http.request_log import RequestLog
from entra_double._http.routes import ROUTES
from entra_double._http.routes.support import refused_on_a_page
from entra_double._testing.control import control
from entra_double._testing.control.outage_gate import OutageGate
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal


def make_app(emulator: Emulator) -> Starlette:
    """Make the ASGI application of `emulator`."""
    app = Starlette(
        routes=[Mount("/_control", app=control(emulator)), *ROUTES],
        middleware=[
            Middleware(HostCheck, hosts=emulator.hosts),
            Middleware(RequestLog, emulator=emulator),
            Middleware(OutageGate, emulator=emulator),
            Middleware(PageHeaders, coop=emulator.coop, csp=emulator.csp),
        ],
        exception_handlers={404: _not_here, Refusal: refused_on_a_page},
    )
    app.router.redirect_slashes = False  # an unknown path answers 404, with a slash at its end too
    app.state.emulator = emulator
    return app


async def _not_here(request: Request, _: Exception) -> Response:
    text = f"entra-double has nothing here: {request.method} {request.url.path}\nIts README lists its endpoints.\n"
    return PlainTextResponse(text, status_code=404)
