"""Gives tools the request of Django's that a message came with."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from anyio import CancelScope
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from mcp import MCPError
from mcp.types import INVALID_REQUEST

from django_entrance.live.authentication import dismiss
from django_entrance.live.request_in_scope import request_behind

CALLS = "_entrance_mcp_calls"
"""Where a request keeps the calls that it began."""

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
    request = request_behind(ctx.request)
    token = current.set(request)
    try:
        with CancelScope() as call:
            request.__dict__.setdefault(CALLS, []).append(call)
            return await call_next(ctx)
    finally:
        current.reset(token)
    raise MCPError(code=INVALID_REQUEST, message="The caller may not stay.")


def stop_calls(request: HttpRequest) -> None:
    """Stop what a request began: before 2026-07-28 the SDK lets a call go on without the request.

    A sync tool goes on in its thread whatever is done, but gets no more tokens for other APIs.
    """
    dismiss(request)
    for call in request.__dict__.get(CALLS, ()):
        call.cancel()
