"""Shows the record of requests, and empties it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from entra_double._control.bodies import done, emulator_of


async def _requests(request: Request) -> Response:
    return JSONResponse(list(emulator_of(request).requests))


async def _forget(request: Request) -> Response:
    emulator_of(request).requests.clear()
    return done()


ROUTES = [
    Route("/requests", _requests, methods=["GET"]),
    Route("/requests", _forget, methods=["DELETE"]),
]
