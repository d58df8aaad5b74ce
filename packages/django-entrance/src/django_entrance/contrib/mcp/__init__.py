"""Makes a server of the Model Context Protocol a part of the site: the official SDK behind this package's own door."""

from django_entrance.contrib.mcp.mounting import serve_mcp
from django_entrance.contrib.mcp.permissions import (
    app_role_required,
    authentication_context_required,
    scope_required,
    signed_in_required,
)
from django_entrance.contrib.mcp.requests import current_request

__all__ = [
    "app_role_required",
    "authentication_context_required",
    "current_request",
    "scope_required",
    "serve_mcp",
    "signed_in_required",
]
