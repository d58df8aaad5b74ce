"""The routes of the public documents: discovery, keys, instances and user realms."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from entra_double._http.routes.as_json import PUBLIC, answered, refused
from entra_double._http.routes.support import emulator_of
from entra_double._tokens.documents import (
    Place,
    discovery_v1,
    discovery_v2,
    instance_document,
    keys_v1,
    keys_v2,
    place_of,
    realm_document,
)
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal

_WELL_KNOWN = ".well-known/openid-configuration"
_METHODS = ["GET", "OPTIONS"]

Document = dict[str, object]


async def _discovery_v1(request: Request) -> Response:
    return _of_tenant(request, lambda emulator, place: discovery_v1(emulator.base_url, place))


async def _discovery_v2(request: Request) -> Response:
    return _of_tenant(request, lambda emulator, place: discovery_v2(emulator.base_url, place))


async def _keys_v1(request: Request) -> Response:
    return _of_tenant(request, lambda emulator, _: keys_v1(emulator.keys.published))


async def _keys_v2(request: Request) -> Response:
    def make(emulator: Emulator, place: Place) -> Document:
        return keys_v2(emulator.base_url, *emulator.published_keys(place.tenant_id))

    return _of_tenant(request, make)


async def _instance(request: Request) -> Response:
    def make(emulator: Emulator) -> Document:
        return instance_document(emulator.base_url, emulator.hosts, emulator.directory, request.query_params)

    return _public(request, make)


async def _realm(request: Request) -> Response:
    return _public(request, lambda emulator: realm_document(emulator.directory, request.path_params["user"]))


def _of_tenant(request: Request, make: Callable[[Emulator, Place], Document]) -> Response:
    def of_place(emulator: Emulator) -> Document:
        appid = request.query_params.get("appid")
        return make(emulator, place_of(emulator.directory, request.path_params["tenant"], appid))

    return _public(request, of_place)


def _public(request: Request, make: Callable[[Emulator], Document]) -> Response:
    """Answer with a document that everybody may read; an unknown tenant is refused as the service does."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=PUBLIC | {"Access-Control-Allow-Headers": "*"})
    try:
        return answered(make(emulator_of(request)), PUBLIC)
    except Refusal as refusal:
        return refused(request, refusal, PUBLIC)


ROUTES: list[BaseRoute] = [
    Route("/common/discovery/instance", _instance, methods=_METHODS),
    Route("/common/userrealm/{user}", _realm, methods=_METHODS),
    Route("/common/UserRealm/{user}", _realm, methods=_METHODS),
    Route(f"/{{tenant}}/{_WELL_KNOWN}", _discovery_v1, methods=_METHODS),
    Route(f"/{{tenant}}/v2.0/{_WELL_KNOWN}", _discovery_v2, methods=_METHODS),
    Route("/{tenant}/discovery/keys", _keys_v1, methods=_METHODS),
    Route("/{tenant}/discovery/v2.0/keys", _keys_v2, methods=_METHODS),
]
