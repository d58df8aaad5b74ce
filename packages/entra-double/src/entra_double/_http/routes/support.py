"""Has what the routes share: the emulator behind a request, its log entry, and responses with JSON."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from entra_double._browser.pages import page
from entra_double._http.request_log import entry_of, harmless
from entra_double._token_endpoint.redemption import GRANT_TYPES
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal
from entra_double._world.ids import is_guid
from entra_double._world.requests.lookup import Parameters

_CORRELATION_ID = "client-request-id"


class Json(JSONResponse):
    """Names its encoding. Half a character, which has none, becomes a question mark."""

    media_type = "application/json; charset=utf-8"

    def render(self, content: object) -> bytes:
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(errors="replace")


def answered(body: Mapping[str, object], headers: Mapping[str, str], status: int = 200, trace_id: str = "") -> Json:
    """Return a response with the headers of the service's own responses."""
    trace = {"x-ms-request-id": trace_id or str(uuid.uuid4()), "x-ms-ests-server": "entra-double"}
    return Json(body, status, headers={**headers, **trace, "X-Content-Type-Options": "nosniff"})


def refused(request: Request, refusal: Refusal, headers: Mapping[str, str], version: int = 2) -> Json:
    """Return a refusal, and log its number; `version` is that of the endpoint."""
    entry_of(request).aadsts = refusal.code
    sent = request.query_params.get(_CORRELATION_ID) or request.headers.get(_CORRELATION_ID)
    report = emulator_of(request).report(refusal, sent)
    return answered(report.as_json(1 if version == 1 else 2), headers, refusal.aadsts.status, report.trace_id)


async def refused_on_a_page(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    entry_of(request).aadsts = refusal.code
    report = emulator_of(request).report(refusal, request.query_params.get(_CORRELATION_ID))
    return page("error", status=400, report=report, view=None)


def emulator_of(request: Request) -> Emulator:
    emulator: Emulator = request.app.state.emulator
    return emulator


def remember_client(request: Request, parameters: Parameters) -> None:
    """Log only what cannot be a secret: a GUID, and a known grant type."""
    entry, client_id, grant_type = entry_of(request), parameters.get("client_id", ""), parameters.get("grant_type")
    entry.client_id = client_id if is_guid(client_id) else None
    entry.grant_type = grant_type if grant_type in GRANT_TYPES else None
    entry.parameters = harmless(parameters)
