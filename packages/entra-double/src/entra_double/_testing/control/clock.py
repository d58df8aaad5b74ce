"""Moves the emulator's clock, and says how long access tokens live."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from entra_double._testing.control.bodies import BadControlRequest, done, emulator_of, only, read, whole_number
from entra_double._world.values import LAST_MOMENT, LONGEST_LIFE

_WISHES = ("offset", "advance", "at")


async def _set_clock(request: Request) -> Response:
    body, emulator = await read(request), emulator_of(request)
    only(body, *_WISHES)
    name = next((name for name in _WISHES if name in body), "offset")
    value, offset = whole_number(body, name), emulator.clock_offset
    if len(body) > 1:
        raise BadControlRequest(f"only one of {', '.join(_WISHES)} can be meant")
    wanted = {"offset": value, "advance": offset + value, "at": offset + value - emulator.now()}[name]
    if not 0 <= emulator.now() - offset + wanted <= LAST_MOMENT:
        raise BadControlRequest(f"'{name}' leads out of the years 1970 to 9999")
    emulator.clock_offset = wanted
    return done()


async def _set_access_token_lifetime(request: Request) -> Response:
    seconds = whole_number(await read(request), "seconds")
    if not 1 <= seconds <= LONGEST_LIFE:
        raise BadControlRequest(f"'seconds' must be from 1 to {LONGEST_LIFE}, a hundred years")
    emulator_of(request).access_token_lifetime = seconds
    return done()


ROUTES = [
    Route("/clock", _set_clock, methods=["PUT"]),
    Route("/access-token-lifetime", _set_access_token_lifetime, methods=["PUT"]),
]
