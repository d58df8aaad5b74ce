"""Serves what stands beside the service: the home page, health, error texts, and the files of the pages."""

from __future__ import annotations

from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from entra_double._browser.home import Wishes, gather
from entra_double._browser.pages import STATIC, page
from entra_double._http.routes.support import emulator_of
from entra_double._world.errors import CATALOGUE

_ASSETS = frozenset(path.name for path in STATIC.iterdir())


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("entra-double")


async def home(request: Request) -> Response:
    query = request.query_params
    wishes = Wishes(
        search=query.get("q", "").strip(), client_id=query.get("app", ""), only_refused=query.get("only") == "refused"
    )
    return page("home", home=gather(emulator_of(request), wishes), version=_version())


async def health(request: Request) -> Response:
    emulator = emulator_of(request)
    state = {"version": _version(), "instance": emulator.instance_id, "time": emulator.now()}
    return JSONResponse({"status": "ok", **state})


async def favicon(request: Request) -> Response:
    return Response(status_code=204)


async def error_code(request: Request) -> Response:
    by_number = {str(number): aadsts for number, aadsts in CATALOGUE.items()}
    if aadsts := by_number.get(request.query_params.get("code", "")):
        return page("error_code", aadsts=aadsts)
    raise HTTPException(404)


async def asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise HTTPException(404)
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
