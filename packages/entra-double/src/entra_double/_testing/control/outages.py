"""Begins and ends the failures of endpoints."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from entra_double._testing.control.bodies import BadControlRequest, Body, done, emulator_of, only, read
from entra_double._world.outages import ENDPOINTS, KINDS, Outage, is_endpoint

_LONGEST_WAIT = 600


async def _begin(request: Request) -> Response:
    emulator_of(request).outages.begin(_outage(await read(request)))
    return done()


async def _begin_only(request: Request) -> Response:
    outage, outages = _outage(await read(request)), emulator_of(request).outages
    outages.end()
    outages.begin(outage)
    return done()


async def _end(request: Request) -> Response:
    emulator_of(request).outages.end()
    return done()


def _outage(body: Body) -> Outage:
    only(body, "endpoint", "kind", "seconds", "times")
    endpoint, kind = body.get("endpoint", "any"), next((each for each in KINDS if each == body.get("kind")), None)
    seconds, times = body.get("seconds", 1.0), body.get("times")
    if not isinstance(endpoint, str) or not is_endpoint(endpoint) or kind is None:
        known = f"{', '.join(ENDPOINTS)} or a pattern that begins with /"
        raise BadControlRequest(f"'endpoint' must be one of {known}; 'kind' of {', '.join(KINDS)}")
    if not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST_WAIT:
        raise BadControlRequest(f"'seconds' must be a number from 0 to {_LONGEST_WAIT}")
    if times is not None and (type(times) is not int or times < 1):
        raise BadControlRequest("'times' must be a whole number of at least 1")
    return Outage(endpoint=endpoint, kind=kind, seconds=float(seconds), times=times)


ROUTES = [
    Route("/outages", _begin, methods=["POST"]),
    Route("/outages", _begin_only, methods=["PUT"]),
    Route("/outages", _end, methods=["DELETE"]),
]
