"""Gives tools the request of Django's that a message came with."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from django_entrance.live.request_in_scope import request_behind

current: ContextVar[HttpRequest] = ContextVar("entrance_mcp_request")


def current_request() -> HttpRequest:
    """Return the request that called the tool, resource or prompt: ``request.user`` and ``request.entra`` are set.

    Raises:
        ImproperlyConfigured: the server is not behind ``serve_mcp``, or no call is under way.
    """
    try:
        return current.get()
    except LookupError:
        raise ImproperlyConfigured("No request of an MCP client. Put serve_mcp around the server.") from None


async def remember_request(ctx: Any, call_next: Any) -> Any:
    """Let each message have its own request: a session of the SDK's outlives the request that began it.

    Nothing runs for a message without one. It is a middleware of the SDK's.
    """
    token = current.set(request_behind(ctx.request))
    try:
        return await call_next(ctx)
    finally:
        current.reset(token)
