"""Refuses a call of a tool: as an error of the protocol or, where another token would help, as a response of HTTP."""

from __future__ import annotations

from django.http import HttpRequest
from mcp import MCPError
from mcp.types import INVALID_REQUEST

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.bearer.refusals import members_of
from django_entrance.verification.errors import AccessRefused, Refused, ScopeMissing

REFUSAL = "_entrance_mcp_refusal"
"""Where a request keeps the refusal that its response is to tell."""


def refuse_call(request: HttpRequest, refusal: AccessRefused) -> MCPError:
    """Log a refusal, and return the error for the SDK; ``data`` has the members of a problem document.

    A missing scope becomes the response itself, 403 with ``insufficient_scope``, if that has not begun (specification
    of 2026-07-28, "Scope challenge handling"). No client of the protocol answers other refusals with another token.
    """
    log_refusal(request, refusal)
    if isinstance(refusal, ScopeMissing):
        request.__dict__[REFUSAL] = refusal
    members = members_of(refusal)
    return MCPError(code=INVALID_REQUEST, message=members["title"], data=members)


def refusal_of(request: HttpRequest) -> Refused | None:
    """Return the refusal that the response is to tell, or None."""
    found: Refused | None = request.__dict__.get(REFUSAL)
    return found
