"""The routes of the public documents: discovery and keys."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from entra_local import _documents
from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._lookup import MULTI_TENANT, find_tenant
from entra_local._request_log import entry_of
from entra_local._routes.support import ANYBODY, emulator_of

_WELL_KNOWN = ".well-known/openid-configuration"


async def _discovery_v1(request: Request) -> Response:
    return _public(request, lambda emulator, tenant_id: _documents.discovery_v1(emulator.base_url, tenant_id))


async def _discovery_v2(request: Request) -> Response:
    path = request.path_params["tenant"]
    return _public(request, lambda emulator, tenant_id: _documents.discovery_v2(emulator.base_url, path, tenant_id))


async def _keys_v1(request: Request) -> Response:
    return _public(request, lambda emulator, _: _documents.keys_v1(emulator.keys.published))


async def _keys_v2(request: Request) -> Response:
    return _public(request, lambda emulator, _: _documents.keys_v2(emulator.base_url, emulator.keys.published))


def _public(request: Request, make: Callable[[Emulator, str | None], _documents.Document]) -> Response:
    """Answer with a document that everybody may read; an unknown tenant is refused as the service does."""
    emulator, path = emulator_of(request), request.path_params["tenant"]
    try:
        tenant_id = None if path in MULTI_TENANT else find_tenant(emulator.directory, path).id
    except Refusal as refusal:
        entry_of(request).aadsts = refusal.code
        return JSONResponse(emulator.report(refusal).as_json(), refusal.aadsts.status, headers=ANYBODY)
    return JSONResponse(make(emulator, tenant_id), headers=ANYBODY)


ROUTES: list[BaseRoute] = [
    Route(f"/{{tenant}}/{_WELL_KNOWN}", _discovery_v1),
    Route(f"/{{tenant}}/v2.0/{_WELL_KNOWN}", _discovery_v2),
    Route("/{tenant}/discovery/keys", _keys_v1),
    Route("/{tenant}/discovery/v2.0/keys", _keys_v2),
]
