"""The routes of the token and device code endpoints, which browsers of registered origins may read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from entra_double._http.forms import read_form
from entra_double._http.request_log import entry_of
from entra_double._http.routes.as_json import answered, refused
from entra_double._http.routes.support import NEVER_KEPT, emulator_of, remember_client, shared_with
from entra_double._token_endpoint.device_code import begin_device_code
from entra_double._token_endpoint.redemption import redeem
from entra_double._world.errors import Refusal
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import Parameters, once_each

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_TELEMETRY = "x-ms-clitelem"

Answer = Callable[[Request, Parameters, AccessTokenVersion], dict[str, object]]


def _redeemed(request: Request, parameters: Parameters, version: AccessTokenVersion) -> dict[str, object]:
    redemption = redeem(
        emulator_of(request),
        request.path_params["tenant"],
        parameters,
        request.headers.get("origin"),
        authorization=request.headers.get("authorization"),
        version=version,
    )
    entry_of(request).person = redemption.who
    return redemption.body


def _device_code(request: Request, parameters: Parameters, version: AccessTokenVersion) -> dict[str, object]:
    return begin_device_code(emulator_of(request), request.path_params["tenant"], parameters, version)


def _endpoint(answer: Answer, version: AccessTokenVersion) -> Callable[[Request], Awaitable[Response]]:
    """Make the endpoint of a version: it takes forms by POST, and nobody may keep what it answers."""

    async def endpoint(request: Request) -> Response:
        headers = NEVER_KEPT | shared_with(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers | {"Access-Control-Allow-Headers": "*"})
        try:
            if request.method != "POST" and not _brings_a_form(request):
                raise Refusal(900561, method=request.method)
            parameters = once_each(await read_form(request))
            remember_client(request, parameters)
            body = answer(request, parameters, version)
        except Refusal as refusal:
            return refused(request, refusal, headers | {_TELEMETRY: f"1,{refusal.code},0,,"}, version)
        return answered(body, headers | {_TELEMETRY: "1,0,0,,"})

    return endpoint


def _brings_a_form(request: Request) -> bool:
    """Say whether a GET request has a body like a POST: django-auth-adfs exchanges tokens that way, and it works."""
    return request.method == "GET" and request.headers.get("content-type") == "application/x-www-form-urlencoded"


ROUTES: list[BaseRoute] = [
    Route("/{tenant}/oauth2/v2.0/token", _endpoint(_redeemed, 2), methods=_METHODS),
    Route("/{tenant}/oauth2/token", _endpoint(_redeemed, 1), methods=_METHODS),
    Route("/{tenant}/oauth2/v2.0/devicecode", _endpoint(_device_code, 2), methods=_METHODS),
    Route("/{tenant}/oauth2/devicecode", _endpoint(_device_code, 1), methods=_METHODS),
]
