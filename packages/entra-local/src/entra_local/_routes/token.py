"""The route of the token endpoint, which browsers of registered origins may read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from entra_local._errors import Refusal
from entra_local._forms import read_form
from entra_local._lookup import once_each
from entra_local._redeem import redeem
from entra_local._request_log import entry_of
from entra_local._routes.support import NEVER_KEPT, emulator_of, remember_client, shared_with

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


async def _token_endpoint(request: Request) -> Response:
    emulator, headers = emulator_of(request), NEVER_KEPT | shared_with(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers | {"Access-Control-Allow-Headers": "*"})
    try:
        if request.method != "POST":
            raise Refusal(900561, method=request.method)
        parameters = once_each(await read_form(request))
        remember_client(request, parameters)
        redemption = redeem(
            emulator,
            request.path_params["tenant"],
            parameters,
            request.headers.get("origin"),
            authorization=request.headers.get("authorization"),
        )
    except Refusal as refusal:
        entry_of(request).aadsts = refusal.code
        report = emulator.report(refusal, request.query_params.get("client-request-id"))
        headers |= {"x-ms-request-id": report.trace_id}
        return JSONResponse(report.as_json(), refusal.aadsts.status, headers=headers)
    entry_of(request).person = redemption.who
    return JSONResponse(redemption.body, headers=headers)


ROUTES: list[BaseRoute] = [Route("/{tenant}/oauth2/v2.0/token", _token_endpoint, methods=_METHODS)]
