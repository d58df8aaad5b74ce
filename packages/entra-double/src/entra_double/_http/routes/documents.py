"""Serves the public documents: discovery, keys, instances and user realms."""

from collections.abc import Callable, Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from entra_double._http.routes.support import answered, emulator_of, refused
from entra_double._tokens.documents import (
    Document,
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

_PUBLIC = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Cache-Control": "max-age=86400, private",
}


async def _serve(make: Callable[[Request, Emulator], Document], request: Request) -> Response:
    """Serve a document to every origin; an unknown tenant is refused as the service does."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_PUBLIC | {"Access-Control-Allow-Headers": "*"})
    try:
        return answered(make(request, emulator_of(request)), _PUBLIC)
    except Refusal as refusal:
        return refused(request, refusal, _PUBLIC)


def _place(request: Request, emulator: Emulator) -> Place:
    return place_of(emulator.directory, request.path_params["tenant"], request.query_params.get("appid"))


def _keys_v1(request: Request, emulator: Emulator) -> Document:
    _place(request, emulator)  # an unknown tenant has no keys
    return keys_v1(emulator.keys.published)


def _keys_v2(request: Request, emulator: Emulator) -> Document:
    return keys_v2(emulator.base_url, *emulator.published_keys(_place(request, emulator).tenant_id))


def _instance(request: Request, emulator: Emulator) -> Document:
    return instance_document(emulator.base_url, emulator.hosts, emulator.directory, request.query_params)


def _realm(request: Request, emulator: Emulator) -> Document:
    return realm_document(emulator.directory, request.path_params["user"])


_DOCUMENTS: Mapping[str, Callable[[Request, Emulator], Document]] = {
    "/common/discovery/instance": _instance,
    "/common/userrealm/{user}": _realm,
    "/common/UserRealm/{user}": _realm,
    "/{tenant}/.well-known/openid-configuration": lambda request, emulator: discovery_v1(
        emulator.base_url, _place(request, emulator)
    ),
    "/{tenant}/v2.0/.well-known/openid-configuration": lambda request, emulator: discovery_v2(
        emulator.base_url, _place(request, emulator)
    ),
    "/{tenant}/discovery/keys": _keys_v1,
    "/{tenant}/discovery/v2.0/keys": _keys_v2,
}
ROUTES = [Route(path, partial(_serve, make), methods=["GET", "OPTIONS"]) for path, make in _DOCUMENTS.items()]
