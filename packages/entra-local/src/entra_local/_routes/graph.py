"""The routes of Microsoft Graph and of userinfo, which every web page may call that has a token."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from entra_local._forms import read_json
from entra_local._grants import as_text
from entra_local._graph import OPERATIONS
from entra_local._graph.call import Call, Operation
from entra_local._graph.caller import read_caller
from entra_local._graph.errors import GraphError, bad_request
from entra_local._ids import is_guid
from entra_local._request_log import entry_of
from entra_local._routes.support import emulator_of
from entra_local._userinfo import userinfo

_ODATA = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_SHARED = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "WWW-Authenticate, request-id"}
_ASKED_FIRST = {
    **_SHARED,
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Max-Age": "86400",
}

Answer = Callable[[Request], Awaitable[Response]]


def _operation(operation: Operation) -> Answer:
    """Make the handler of one operation."""

    async def answer(request: Request) -> Response:
        emulator = emulator_of(request)
        caller = read_caller(emulator, request.headers.get("authorization"))
        entry = entry_of(request)
        entry.client_id = caller.client_id
        entry.person = caller.person.username if caller.person else None
        call = Call(
            emulator=emulator,
            caller=caller,
            path=request.url.path.removeprefix("/v1.0"),
            parts=request.path_params,
            query=dict(request.query_params),
            body=await _body(request) if operation.method in ("POST", "PATCH") else {},
            eventual=request.headers.get("consistencylevel", "").lower() == "eventual",
        )
        reply = operation.run(call)
        if reply.body is None:
            return Response(status_code=reply.status)
        return JSONResponse(reply.body, reply.status, media_type=_ODATA)

    return answer


async def _body(request: Request) -> dict[str, object]:
    try:
        body = await read_json(request)
    except ValueError:
        raise bad_request("Unable to read JSON request payload.") from None
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object.")
    return body


async def _userinfo(request: Request) -> Response:
    return JSONResponse(userinfo(emulator_of(request), request.headers.get("authorization")))


def _told(answer: Answer) -> Answer:
    """Add what every answer has, and tell errors as Graph does."""

    async def told(request: Request) -> Response:
        sent, request_id = request.headers.get("client-request-id", ""), str(uuid.uuid4())
        client_request_id = sent if is_guid(sent) else request_id
        try:
            response = await answer(request)
        except GraphError as error:
            entry_of(request).reason = error.code
            date = as_text(emulator_of(request).now()).rstrip("Z").replace(" ", "T")
            body = error.as_json(date=date, request_id=request_id, client_request_id=client_request_id)
            response = JSONResponse(body, error.status, headers=error.headers)
        response.headers.update({**_SHARED, "request-id": request_id, "client-request-id": client_request_id})
        response.headers["Cache-Control"] = "no-cache"
        return response

    return told


async def _preflight(request: Request) -> Response:
    return Response(status_code=204, headers=_ASKED_FIRST)


def _routes() -> list[BaseRoute]:
    paths: dict[str, list[Operation]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, []).append(operation)
    routes: list[BaseRoute] = []
    for path, operations in paths.items():
        routes += [Route(f"/v1.0{path}", _told(_operation(each)), methods=[each.method]) for each in operations]
        routes.append(Route(f"/v1.0{path}", _preflight, methods=["OPTIONS"]))
    for path in ("/oidc/userinfo", "/{tenant}/openid/userinfo"):
        routes += [
            Route(path, _told(_userinfo), methods=["GET", "POST"]),
            Route(path, _preflight, methods=["OPTIONS"]),
        ]
    return routes


ROUTES = _routes()
