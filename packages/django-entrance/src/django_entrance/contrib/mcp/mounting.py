"""Mounts a server of the SDK's at one address of an ASGI site; all else is Django's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.core.handlers.asgi import get_script_prefix
from django.http import HttpResponse
from django.urls import set_script_prefix
from mcp.server import MCPServer
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware

from django_entrance.contrib.mcp.admitting import admit
from django_entrance.contrib.mcp.answering import Answer, send_response
from django_entrance.contrib.mcp.requests import remember_request
from django_entrance.contrib.mcp.running import Running
from django_entrance.contrib.mcp.staying import stay
from django_entrance.live.authentication import in_thread
from django_entrance.live.clock import Clock, SystemClock
from django_entrance.live.connection import Application, Receive, Send
from django_entrance.live.request_in_scope import KEY
from django_entrance.resources import check_resource

Scope = MutableMapping[str, Any]
Site = Callable[[Any, Any, Any], Awaitable[None]]


def serve_mcp(
    site: Site, server: MCPServer[Any], *, path: str = "/mcp", clock: Clock | None = None, **options: Any
) -> Application:
    """Return an ASGI application: the server at ``path``, for callers with a token of Entra's, and the site elsewhere.

    ``site`` is what ``get_asgi_application()`` returned, or an application around it. ``options`` are those of the
    SDK's ``streamable_http_app``. A response that streams ends with its token, or with the rights of its caller.
    ``clock`` is for tests.

    Raises:
        ImproperlyConfigured: the settings have problems, or ``django_entrance.well_known`` is not in ``ROOT_URLCONF``.
    """
    check_resource()
    server.middleware.append(remember_request)
    return Mounted(site, Running(server, options), path.rstrip("/"), clock or SystemClock())


def prefix_of(scope: Scope) -> str:
    """Return what stands before all paths of the site: ``FORCE_SCRIPT_NAME``, or ``root_path`` where it is mounted."""
    return get_script_prefix(scope).rstrip("/")


class Mounted:
    """The site with the server in it."""

    def __init__(self, site: Site, running: Running, path: str, clock: Clock) -> None:
        self.site, self.running, self.path, self.clock = site, running, path, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.running.serve_lifespan(receive, send)
        elif scope["type"] == "http" and self.is_here(scope):
            set_script_prefix(f"{prefix_of(scope)}/")
            await self.serve(scope, receive, send)
        else:
            await self.site(scope, receive, send)

    def is_here(self, scope: Scope) -> bool:
        path: str = scope["path"].removeprefix(prefix_of(scope))
        return path in (self.path, f"{self.path}/")

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request to the server. One that is refused reaches no part of the SDK."""
        admitted = await in_thread(admit, scope, prefix_of(scope) + self.path)
        if isinstance(admitted, HttpResponse):
            await send_response(admitted, send)
            return
        sessions = await self.running.sessions()
        request = admitted[KEY]
        answer = Answer(request, send)
        application = AuthContextMiddleware(sessions.handle_request)
        await answer.serve(application(admitted, receive, answer.send), stay(request, self.clock))
