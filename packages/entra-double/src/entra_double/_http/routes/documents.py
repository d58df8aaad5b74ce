"""Serves the public documents: discovery, keys, instances and user realms."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from entra_double._http.routes.support import ANY_ORIGIN, answered, emulator_of, refused
from entra_double._tokens.documents import Place, discovery_v1, discovery_v2, keys_v1, keys_v2, place_of
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.instances import instance_document, realm_document
from entra_double._world.errors import Refusal

_PUBLIC = {**ANY_ORIGIN, "Access-Control-Allow-Methods": "GET, OPTIONS"}

Document = dict[str, object]


def _keys_v2(emulator: Emulator, place: Place) -> Document:
    return keys_v2(emulator.base_url, *emulator.published_keys(place.tenant_id))


def _instance(request: Request, emulator: Emulator) -> Document:
    return instance_document(emulator.base_url, emulator.hosts, emulator.directory, request.query_params)


def _realm(request: Request, emulator: Emulator) -> Document:
    return realm_document(emulator.directory, request.path_params["user"])


def _of_tenant(make: Callable[[Emulator, Place], Document]) -> Callable[[Request, Emulator], Document]:
    def document(request: Request, emulator: Emulator) -> Document:
        appid = request.query_params.get("appid")
        return make(emulator, place_of(emulator.directory, request.path_params["tenant"], appid))

    return document


def _route(path: str, make: Callable[[Request, Emulator], Document]) -> Route:
    """Serve a document to every origin; an unknown tenant is refused as the service does."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PUBLIC | {"Access-Control-Allow-Headers": "*"})
        try:
            return answered(make(request, emulator_of(request)), _PUBLIC)
        except Refusal as refusal:
            return refused(request, refusal, _PUBLIC)

    return Route(path, answer, methods=["GET", "OPTIONS"])


_DISCOVERY = ".well-known/openid-configuration"
_DOCUMENTS = {
    "/common/discovery/instance": _instance,
    "/common/userrealm/{user}": _realm,
    "/common/UserRealm/{user}": _realm,
    f"/{{tenant}}/{_DISCOVERY}": _of_tenant(lambda emulator, place: discovery_v1(emulator.base_url, place)),
    f"/{{tenant}}/v2.0/{_DISCOVERY}": _of_tenant(lambda emulator, place: discovery_v2(emulator.base_url, place)),
    "/{tenant}/discovery/keys": _of_tenant(lambda emulator, _: keys_v1(emulator.keys.published)),
    "/{tenant}/discovery/v2.0/keys": _of_tenant(_keys_v2),
}
ROUTES = [_route(path, make) for path, make in _DOCUMENTS.items()]
