"""The routes that a browser goes to: authorize, the choice of an account, sign-out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from entra_double._browser import authorize
from entra_double._browser.pages import page
from entra_double._browser.sign_out import SignOutChoice, sign_out
from entra_double._http.forms import read_form
from entra_double._http.routes import approvals
from entra_double._http.routes.outcomes import begin, go_on
from entra_double._http.routes.support import browser_of, remember_client
from entra_double._world.lookup import Parameters, find_tenants, once_each
from entra_double._world.registration import AccessTokenVersion


def _authorize(version: AccessTokenVersion) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        parameters, tenant = await _parameters(request), request.path_params["tenant"]
        remember_client(request, parameters)
        return begin(request, lambda browser: authorize.authorize(browser, tenant, parameters, version=version))

    return endpoint


async def _sign_in(request: Request) -> Response:
    return await go_on(request, authorize.go_on)


async def _logout_endpoint(request: Request) -> Response:
    browser = browser_of(request)
    find_tenants(browser.directory, request.path_params["tenant"])
    signed_out = sign_out(browser, await _parameters(request))
    if isinstance(signed_out, SignOutChoice):
        return page("choose_sign_out", question=signed_out)
    if signed_out.onward and not signed_out.frames:
        return RedirectResponse(signed_out.onward, 302, headers={"Cache-Control": "no-store"})
    others = browser.emulator.sessions.accounts(browser.id)
    return page("signed_out", frames=signed_out.origins, signed_out=signed_out, others=others)


async def _parameters(request: Request) -> Parameters:
    return once_each(await read_form(request) if request.method == "POST" else request.query_params.multi_items())


ROUTES: list[BaseRoute] = [
    Route("/{tenant}/oauth2/v2.0/authorize", _authorize(2), methods=["GET", "POST"]),
    Route("/{tenant}/oauth2/authorize", _authorize(1), methods=["GET", "POST"]),
    Route("/{tenant}/oauth2/v2.0/logout", _logout_endpoint, methods=["GET", "POST"]),
    Route("/{tenant}/oauth2/logout", _logout_endpoint, methods=["GET", "POST"]),
    *approvals.ROUTES,
    Route("/{tenant}/sign-in", _sign_in, methods=["POST"]),
]
