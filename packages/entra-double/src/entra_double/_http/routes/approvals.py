"""The routes on which people approve what happens elsewhere: an administrator's consent, a device's sign-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from entra_double._browser import admin_consent, device_page
from entra_double._http.routes.outcomes import begin, go_on
from entra_double._http.routes.support import remember_client
from entra_double._world.lookup import once_each
from entra_double._world.registration import AccessTokenVersion


def _admin_consent(version: AccessTokenVersion) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            return await go_on(request, admin_consent.go_on)
        parameters, tenant = once_each(request.query_params.multi_items()), request.path_params["tenant"]
        remember_client(request, parameters)
        return begin(request, lambda browser: admin_consent.begin(browser, tenant, parameters, version))

    return endpoint


async def _device_page(request: Request) -> Response:
    return await go_on(request, device_page.go_on) if request.method == "POST" else begin(request, device_page.begin)


ROUTES: list[BaseRoute] = [
    Route("/device", _device_page, methods=["GET", "POST"]),
    Route("/{tenant}/adminconsent", _admin_consent(1), methods=["GET", "POST"]),
    Route("/{tenant}/v2.0/adminconsent", _admin_consent(2), methods=["GET", "POST"]),
]
