"""Lists the routes of the emulator, in the order in which they are tried."""

from __future__ import annotations

from functools import partial

from starlette.routing import BaseRoute, Route

from entra_double._http.routes import browser, documents, graph, pages, token
from entra_double._http.routes.documents import document
from entra_double._http.routes.token import endpoint

_PUBLIC = ["GET", "OPTIONS"]
_ANY = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_BOTH = ["GET", "POST"]

ROUTES: list[BaseRoute] = [
    Route("/", pages.home),
    Route("/health", pages.health),
    Route("/favicon.ico", pages.favicon),
    Route("/error", pages.error_code),
    Route("/_pages/{name}", pages.asset),
    *graph.ROUTES,
    Route("/common/discovery/instance", partial(document, documents.instance), methods=_PUBLIC),
    Route("/common/userrealm/{user}", partial(document, documents.realm), methods=_PUBLIC),
    Route("/common/UserRealm/{user}", partial(document, documents.realm), methods=_PUBLIC),
    Route("/{tenant}/.well-known/openid-configuration", partial(document, documents.discovery_v1), methods=_PUBLIC),
    Route(
        "/{tenant}/v2.0/.well-known/openid-configuration", partial(document, documents.discovery_v2), methods=_PUBLIC
    ),
    Route("/{tenant}/discovery/keys", partial(document, documents.keys_v1), methods=_PUBLIC),
    Route("/{tenant}/discovery/v2.0/keys", partial(document, documents.keys_v2), methods=_PUBLIC),
    Route("/{tenant}/oauth2/v2.0/token", partial(endpoint, token.token, 2), methods=_ANY),
    Route("/{tenant}/oauth2/token", partial(endpoint, token.token, 1), methods=_ANY),
    Route("/{tenant}/oauth2/v2.0/devicecode", partial(endpoint, token.device_code, 2), methods=_ANY),
    Route("/{tenant}/oauth2/devicecode", partial(endpoint, token.device_code, 1), methods=_ANY),
    Route("/{tenant}/oauth2/v2.0/authorize", partial(browser.authorize_endpoint, version=2), methods=_BOTH),
    Route("/{tenant}/oauth2/authorize", partial(browser.authorize_endpoint, version=1), methods=_BOTH),
    Route("/{tenant}/oauth2/v2.0/logout", browser.sign_out_endpoint, methods=_BOTH),
    Route("/{tenant}/oauth2/logout", browser.sign_out_endpoint, methods=_BOTH),
    Route("/device", browser.device_endpoint, methods=_BOTH),
    Route("/{tenant}/v2.0/adminconsent", partial(browser.admin_consent_endpoint, version=2), methods=_BOTH),
    Route("/{tenant}/adminconsent", partial(browser.admin_consent_endpoint, version=1), methods=_BOTH),
    Route("/{tenant}/sign-in", browser.sign_in_endpoint, methods=["POST"]),
]
