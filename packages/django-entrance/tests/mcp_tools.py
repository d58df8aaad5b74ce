"""A server of the Model Context Protocol with one tool for each question, sync and async, and what they were asked."""

import asyncio
from typing import Any

from django_entrance.contrib.mcp import (
    app_role_required,
    authentication_context_required,
    current_request,
    scope_required,
    signed_in_required,
)
from django_entrance.permissions import require_scope
from mcp.server import MCPServer
from mcp.server.mcpserver import Context

CALLS: list[str] = []
"""The tools that ran."""


def caller(name: str) -> dict[str, Any]:
    CALLS.append(name)
    request = current_request()
    entra: Any = request.entra  # type: ignore[attr-defined]  # of the middleware
    return {"user": request.user.get_username(), "door": entra.door, "roles": sorted(entra.app_roles)}


def make_server() -> MCPServer[Any]:
    """Return a new server, since its sessions belong to one event loop."""
    server = MCPServer[Any]("Tests", log_level="ERROR")

    @server.tool()
    async def awho() -> dict[str, Any]:
        return caller("awho")

    @server.tool()
    def who() -> dict[str, Any]:
        return caller("who")

    @server.tool()
    @scope_required("access_as_user")
    def with_scope() -> dict[str, Any]:
        return caller("with_scope")

    @server.tool()
    @scope_required("Entries.Write")
    def without_scope() -> dict[str, Any]:
        return caller("without_scope")

    @server.tool()
    @scope_required("Entries.Write")
    async def awithout_scope() -> dict[str, Any]:
        return caller("awithout_scope")

    @server.tool()
    @app_role_required("Writer", "Admin")
    def with_role() -> dict[str, Any]:
        return caller("with_role")

    @server.tool()
    @app_role_required("Writer", "Admin")
    async def awith_role() -> dict[str, Any]:
        return caller("awith_role")

    @server.tool()
    @authentication_context_required("delete")
    def with_context() -> dict[str, Any]:
        return caller("with_context")

    @server.tool()
    @signed_in_required
    async def late_refusal(ctx: Context) -> str:
        """Be refused after the response has begun."""
        await ctx.report_progress(1, 2)
        require_scope(current_request(), "Entries.Write")
        return ""

    @server.tool()
    async def wait() -> str:
        await asyncio.Event().wait()
        return ""

    @server.resource("who://me")
    @app_role_required("Admin")
    def me() -> str:
        return current_request().user.get_username()

    return server
