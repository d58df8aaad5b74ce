"""The routes of Microsoft Graph and of userinfo, which every web page may call that has a token."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Receive, Scope, Send

from entra_double._graph import OPERATIONS
from entra_double._graph.call import Call, Operation
from entra_double._graph.caller import Caller, read_caller
from entra_double._graph.directory_objects import person_of
from entra_double._graph.errors import GraphError, bad_request, method_not_allowed, unknown_segment
from entra_double._graph.paging import read_options
from entra_double._graph.userinfo import userinfo
from entra_double._http.forms import read_json
from entra_double._http.request_log import entry_of
from entra_double._http.routes.as_json import refused
from entra_double._http.routes.support import emulator_of
from entra_double._tokens.documents import place_of
from entra_double._world.errors import Refusal
from entra_double._world.ids import is_guid
from entra_double._world.values import as_text

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
        reply = operation.run(_call(request, caller, await _body(request) if operation.has_body else {}))
        if reply.body is None:
            return Response(status_code=reply.status)
        return JSONResponse(reply.body, reply.status, media_type=_ODATA)

    return answer


def _call(request: Request, caller: Caller, body: dict[str, object]) -> Call:
    return Call(
        emulator=emulator_of(request),
        caller=caller,
        origin=_origin(request),
        path=request.url.path.removeprefix("/v1.0"),
        parts=request.path_params,
        query=read_options(request.query_params.multi_items()),
        body=body,
        eventual=request.headers.get("consistencylevel", "").lower() == "eventual",
    )


async def _body(request: Request) -> dict[str, object]:
    try:
        body = await read_json(request)
    except ValueError:
        raise bad_request("Unable to read JSON request payload.") from None
    except HTTPException as refusal:
        raise GraphError(refusal.status_code, "RequestEntityTooLarge", refusal.detail) from None
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object.")
    return body


def _origin(request: Request) -> str:
    """Give the scheme and host that was asked: clients withhold their token from links to other hosts."""
    is_secure = "https" in (request.url.scheme, urlsplit(emulator_of(request).base_url).scheme)
    return f"{'https' if is_secure else 'http'}://{request.headers['host']}"


def _userinfo(*, is_v1: bool) -> Answer:
    async def answer(request: Request) -> Response:
        authorization = request.headers.get("authorization")
        if is_v1:
            place_of(emulator_of(request).directory, request.path_params["tenant"])
        return JSONResponse(userinfo(emulator_of(request), authorization, origin=_origin(request), is_v1=is_v1))

    return answer


async def _no_photo(request: Request) -> Response:
    """Answer that the person has no photo: nobody here has one."""
    person_of(_call(request, read_caller(emulator_of(request), request.headers.get("authorization")), {}))
    raise GraphError(404, "ImageNotFound", "The photo wasn't found.")


async def _unknown(request: Request) -> Response:
    """Refuse an address, or a method of one, that is not emulated; an unknown caller learns only that."""
    read_caller(emulator_of(request), request.headers.get("authorization"))
    is_known = any(route.matches(request.scope)[0] is Match.PARTIAL for route in _OPERATIONS)
    raise method_not_allowed(request.method) if is_known else unknown_segment(request.url.path)


async def _wrong_method(request: Request) -> Response:
    raise method_not_allowed(request.method)


def _otherwise(path: str, answer: Answer) -> Route:
    """Answer whatever the method is, those that no standard knows too."""
    route = Route(path, _told(answer))
    route.methods = None
    return route


class _OneSlash:
    """Answers addresses with further slashes after the version, which Microsoft's SDK for Python sends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = "/v1.0/" + scope["path"].removeprefix("/v1.0").lstrip("/")
        await Router([*_OPERATIONS, *_OTHERS])({**scope, "path": path}, receive, send)


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
        except Refusal as refusal:
            response = refused(request, refusal, {})
        response.headers.update({**_SHARED, "request-id": request_id, "client-request-id": client_request_id})
        response.headers["Cache-Control"] = "no-cache"
        return response

    return told


async def _preflight(request: Request) -> Response:
    return Response(status_code=204, headers=_ASKED_FIRST)


def _operations() -> list[BaseRoute]:
    """Make the routes of all operations. The SDKs for Python and Go write casts without `microsoft.`."""
    paths: dict[str, list[Operation]] = {}
    for operation in OPERATIONS:
        for path in {operation.path, operation.path.replace("/microsoft.graph.", "/graph.")}:
            paths.setdefault(path, []).append(operation)
    routes: list[BaseRoute] = []
    for path, operations in paths.items():
        routes += [Route(f"/v1.0{path}", _told(_operation(each)), methods=[each.method]) for each in operations]
        routes.append(Route(f"/v1.0{path}", _preflight, methods=["OPTIONS"]))
    for path in ("/me/photo/$value", "/users/{user}/photo/$value"):
        routes.append(Route(f"/v1.0{path}", _told(_no_photo), methods=["GET"]))
        routes.append(Route(f"/v1.0{path}", _preflight, methods=["OPTIONS"]))
    return routes


def _others() -> list[BaseRoute]:
    """Make the routes of userinfo, and of what no operation answers."""
    routes: list[BaseRoute] = []
    for path, answer in (
        ("/oidc/userinfo", _userinfo(is_v1=False)),
        ("/{tenant}/openid/userinfo", _userinfo(is_v1=True)),
    ):
        routes += [Route(path, _told(answer), methods=["GET", "POST"]), Route(path, _preflight, methods=["OPTIONS"])]
        routes.append(_otherwise(path, _wrong_method))
    for path in ("/v1.0", "/v1.0/{rest:path}"):
        routes.append(Route(path, _preflight, methods=["OPTIONS"]))
        routes.append(_otherwise(path, _unknown))
    return routes


_OPERATIONS = _operations()
_OTHERS = _others()
ROUTES: list[BaseRoute] = [Route("/v1.0//{rest:path}", _OneSlash()), *_OPERATIONS, *_OTHERS]
