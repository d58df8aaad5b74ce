"""Lists the routes of the emulator, in the order in which they are tried."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from entra_double._http.routes import browser, documents, graph, pages, token

ROUTES: list[BaseRoute] = [
    Route("/", pages.home),
    Route("/health", pages.health),
    Route("/favicon.ico", pages.favicon),
    Route("/error", pages.error_code),
    Route("/_pages/{name}", pages.asset),
    *graph.ROUTES,
    *documents.ROUTES,
    *token.ROUTES,
    *browser.ROUTES,
]
