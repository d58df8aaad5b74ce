"""Answers with JSON under the headers that the service's own answers have."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from entra_double._http.request_log import entry_of
from entra_double._http.routes.support import ANYBODY, emulator_of
from entra_double._world.errors import Refusal

CORRELATION_ID = "client-request-id"


class Json(JSONResponse):
    """Names its encoding, which it need not. Half a character, which no encoding can tell, becomes a question mark."""

    media_type = "application/json; charset=utf-8"

    def render(self, content: object) -> bytes:
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(errors="replace")


def answered(body: Mapping[str, object], headers: Mapping[str, str]) -> Json:
    return Json(body, headers={**headers, **_traced(str(uuid.uuid4()))})


def refused(request: Request, refusal: Refusal, headers: Mapping[str, str], version: int = 2) -> Json:
    """Tell of a refusal, and note its number in the record; `version` is that of the endpoint."""
    entry_of(request).aadsts = refusal.code
    sent = request.query_params.get(CORRELATION_ID) or request.headers.get(CORRELATION_ID)
    report = emulator_of(request).report(refusal, sent)
    body = report.as_json(1 if version == 1 else 2)
    return Json(body, refusal.aadsts.status, headers={**headers, **_traced(report.trace_id)})


def _traced(request_id: str) -> dict[str, str]:
    return {"x-ms-request-id": request_id, "x-ms-ests-server": "entra-double", "X-Content-Type-Options": "nosniff"}


PUBLIC = {**ANYBODY, "Access-Control-Allow-Methods": "GET, OPTIONS"}
