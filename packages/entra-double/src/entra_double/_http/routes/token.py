"""Answers the token and device code endpoints, which browsers of registered origins may read."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from entra_double._http.forms import read_form
from entra_double._http.request_log import entry_of
from entra_double._http.routes.support import answered, emulator_of, refused, remember_client
from entra_double._token_endpoint.device_code import begin_device_code
from entra_double._token_endpoint.redemption import redeem
from entra_double._world.errors import Refusal
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import Parameters, once_each

_NOT_STORED = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "Expires": "-1", "Vary": "Origin"}
_TELEMETRY = "x-ms-clitelem"

Answer = Callable[[Request, Parameters, AccessTokenVersion], dict[str, object]]


def token(request: Request, parameters: Parameters, version: AccessTokenVersion) -> dict[str, object]:
    redemption = redeem(
        emulator_of(request),
        request.path_params["tenant"],
        parameters,
        request.headers.get("origin"),
        authorization=request.headers.get("authorization"),
        version=version,
    )
    entry_of(request).person = redemption.principal
    return redemption.body


def device_code(request: Request, parameters: Parameters, version: AccessTokenVersion) -> dict[str, object]:
    return begin_device_code(emulator_of(request), request.path_params["tenant"], parameters, version)


async def endpoint(answer: Answer, version: AccessTokenVersion, request: Request) -> Response:
    """Serve an endpoint of a version: it takes forms by POST, and its responses must not be stored."""
    headers = _NOT_STORED | _cross_origin(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers | {"Access-Control-Allow-Headers": "*"})
    try:
        if request.method != "POST" and not _is_form_by_get(request):
            raise Refusal(900561, method=request.method)
        parameters = once_each(await read_form(request))
        remember_client(request, parameters)
        body = answer(request, parameters, version)
    except Refusal as refusal:
        return refused(request, refusal, headers | {_TELEMETRY: f"1,{refusal.code},0,,"}, version)
    return answered(body, headers | {_TELEMETRY: "1,0,0,,"})


def _cross_origin(request: Request) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    if emulator_of(request).directory.is_spa_origin(origin):
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "POST, OPTIONS"}
    return {}


def _is_form_by_get(request: Request) -> bool:
    """Return whether a GET request has a form as its body: django-auth-adfs redeems codes so, which works."""
    return request.method == "GET" and request.headers.get("content-type") == "application/x-www-form-urlencoded"
