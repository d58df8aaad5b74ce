"""Routes calls to Microsoft Graph and userinfo, which a web page of any origin may make with a token."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from entra_double._graph import OPERATIONS
from entra_double._graph.bodies import GraphError, bad_request
from entra_double._graph.call import Call, Caller, Operation, read_caller
from entra_double._graph.odata import read_options
from entra_double._graph.users_and_groups import person_of, userinfo
from entra_double._http.forms import read_json
from entra_double._http.request_log import entry_of
from entra_double._http.routes.support import emulator_of, refused
from entra_double._tokens.documents import place_of
from entra_double._world.errors import Refusal
from entra_double._world.ids import is_guid
from entra_double._world.values import as_text

_ODATA = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_SHARED = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "WWW-Authenticate, request-id"}
_PREFLIGHT = {
    **_SHARED,
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Max-Age": "86400",
}

Answer = Callable[[Request], Awaitable[Response]]


async def _operation(operation: Operation, request: Request) -> Response:
    caller, entry = _caller(request), entry_of(request)
    entry.client_id = caller.client_id
    entry.person = caller.person.username if caller.person else None
    reply = operation.run(_call(request, caller, await _body(request) if operation.has_body else {}))
    if reply.body is None:
        return Response(status_code=reply.status)
    return JSONResponse(reply.body, reply.status, media_type=_ODATA)


def _caller(request: Request) -> Caller:
    return read_caller(emulator_of(request), request.headers.get("authorization"))


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
        may_create="create-if-missing" in request.headers.get("prefer", "").lower(),
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
    """Return the scheme and host that was asked: clients withhold their token from links to other hosts."""
    is_secure = "https" in (request.url.scheme, urlsplit(emulator_of(request).base_url).scheme)
    return f"{'https' if is_secure else 'http'}://{request.headers['host']}"


async def _no_photo(request: Request) -> Response:
    """Answer that the person has no photo: this directory keeps none."""
    person_of(_call(request, _caller(request), {}))
    raise GraphError(404, "ImageNotFound", "The photo wasn't found.")


async def _userinfo(request: Request, *, is_v1: bool = False) -> Response:
    emulator = emulator_of(request)
    if is_v1:
        place_of(emulator.directory, request.path_params["tenant"])
    authorization = request.headers.get("authorization")
    return JSONResponse(userinfo(emulator, authorization, origin=_origin(request), is_v1=is_v1))


async def _unknown(request: Request) -> Response:
    _caller(request)  # without a token the answer is 401
    segment = request.url.path.strip("/").rpartition("/")[2]
    raise GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


async def _wrong_method(request: Request) -> Response:
    if not request.url.path.endswith("/userinfo"):
        _caller(request)
    message = f"Specified HTTP method {request.method} is not allowed for the request target."
    raise GraphError(405, "Request_BadRequest", message)


async def _respond(answer: Answer, request: Request) -> Response:
    """Add the headers of every response, and return errors as Graph does."""
    sent, request_id = request.headers.get("client-request-id", ""), str(uuid.uuid4())
    ids = {"request-id": request_id, "client-request-id": sent if is_guid(sent) else request_id}
    try:
        response = await answer(request)
    except GraphError as error:
        entry_of(request).reason = error.code
        date = as_text(emulator_of(request).now()).rstrip("Z").replace(" ", "T")
        response = JSONResponse(error.as_json({"date": date, **ids}), error.status, headers=error.headers)
    except Refusal as refusal:
        response = refused(request, refusal, {})
    response.headers.update({**_SHARED, **ids, "Cache-Control": "no-cache"})
    return response


def _route(path: str, answers: Mapping[str, Answer], otherwise: Answer = _wrong_method) -> Route:
    """Make the route of all methods of a path, those that no standard knows too."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        return await _respond(answers.get("GET" if request.method == "HEAD" else request.method, otherwise), request)

    route = Route(path, endpoint)
    route.methods = None
    return route


def _operations() -> list[BaseRoute]:
    """Make the routes of all operations. The SDKs for Python and Go write casts without `microsoft.`."""
    paths: dict[str, dict[str, Answer]] = {path: {"GET": _no_photo} for path in _PHOTOS}
    for operation in OPERATIONS:
        for path in {operation.path, operation.path.replace("/microsoft.graph.", "/graph.")}:
            paths.setdefault(path, {})[operation.method] = partial(_operation, operation)
    return [_route(f"/v1.0{path}", answers) for path, answers in paths.items()]


class _OneSlash:
    """Answers addresses with further slashes after the version, which Microsoft's SDK for Python sends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = "/v1.0/" + scope["path"].removeprefix("/v1.0").lstrip("/")
        await Router(_BEHIND_ONE_SLASH)({**scope, "path": path}, receive, send)


_PHOTOS = ("/me/photo/$value", "/users/{user}/photo/$value")
_USERINFO_V1 = partial(_userinfo, is_v1=True)

_BEHIND_ONE_SLASH = [
    *_operations(),
    _route("/oidc/userinfo", {"GET": _userinfo, "POST": _userinfo}),
    _route("/{tenant}/openid/userinfo", {"GET": _USERINFO_V1, "POST": _USERINFO_V1}),
    _route("/v1.0", {}, _unknown),
    _route("/v1.0/{rest:path}", {}, _unknown),
]
ROUTES: list[BaseRoute] = [Route("/v1.0//{rest:path}", _OneSlash()), *_BEHIND_ONE_SLASH]
