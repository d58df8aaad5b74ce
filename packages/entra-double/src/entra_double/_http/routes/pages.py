"""The routes of what stands beside the service: the home page, health, error texts, and the files of the pages."""

from __future__ import annotations

from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from entra_double._browser.home import Wishes, gather
from entra_double._browser.pages import STATIC, page
from entra_double._http.routes.support import emulator_of
from entra_double._world.errors import CATALOGUE

_BY_NUMBER = {str(number): aadsts for number, aadsts in CATALOGUE.items()}
_ASSETS = frozenset(path.name for path in STATIC.iterdir())


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("entra-double")


async def _home(request: Request) -> Response:
    asked = request.query_params
    wishes = Wishes(
        search=asked.get("q", "").strip(), client_id=asked.get("app", ""), only_refused=asked.get("only") == "refused"
    )
    return page("home", home=gather(emulator_of(request), wishes), version=_version())


async def _health(request: Request) -> Response:
    emulator = emulator_of(request)
    return JSONResponse(
        {
            "status": "ok",
            "version": _version(),
            "instance": emulator.instance_id,
            "time": emulator.now(),
        }
    )


async def _favicon(request: Request) -> Response:
    return Response(status_code=204)


async def _error_code(request: Request) -> Response:
    aadsts = _BY_NUMBER.get(request.query_params.get("code", ""))
    if aadsts is None:
        raise HTTPException(404)
    return page("error_code", aadsts=aadsts)


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise HTTPException(404)
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})


ROUTES: list[BaseRoute] = [
    Route("/", _home),
    Route("/health", _health),
    Route("/favicon.ico", _favicon),
    Route("/error", _error_code),
    Route("/_pages/{name}", _asset),
]
