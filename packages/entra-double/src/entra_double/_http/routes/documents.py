"""Serves the public documents: discovery, keys, instances and user realms."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from entra_double._http.routes.support import answered, emulator_of, refused
from entra_double._tokens import documents
from entra_double._tokens.documents import Place, place_of
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal

_PUBLIC = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Cache-Control": "max-age=86400, private",
}

Document = dict[str, object]


async def document(make: Callable[[Request, Emulator], Document], request: Request) -> Response:
    """Serve a document to every origin; an unknown tenant is refused as the service does."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_PUBLIC | {"Access-Control-Allow-Headers": "*"})
    try:
        return answered(make(request, emulator_of(request)), _PUBLIC)
    except Refusal as refusal:
        return refused(request, refusal, _PUBLIC)


def discovery_v1(request: Request, emulator: Emulator) -> Document:
    return documents.discovery_v1(emulator.base_url, _place(request, emulator))


def discovery_v2(request: Request, emulator: Emulator) -> Document:
    return documents.discovery_v2(emulator.base_url, _place(request, emulator))


def keys_v1(request: Request, emulator: Emulator) -> Document:
    _place(request, emulator)
    return documents.keys_v1(emulator.keys.published)


def keys_v2(request: Request, emulator: Emulator) -> Document:
    return documents.keys_v2(emulator.base_url, *emulator.published_keys(_place(request, emulator).tenant_id))


def instance(request: Request, emulator: Emulator) -> Document:
    return documents.instance_document(emulator.base_url, emulator.hosts, emulator.directory, request.query_params)


def realm(request: Request, emulator: Emulator) -> Document:
    return documents.realm_document(emulator.directory, request.path_params["user"])


def _place(request: Request, emulator: Emulator) -> Place:
    return place_of(emulator.directory, request.path_params["tenant"], request.query_params.get("appid"))
