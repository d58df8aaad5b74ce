"""Decorators for tools, resources and prompts, sync and async; they stand below ``@server.tool()``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest

from django_entrance.contrib.mcp.refusing import refuse_call
from django_entrance.contrib.mcp.requests import current_request
from django_entrance.live.authentication import in_thread, like_request
from django_entrance.permissions import (
    require_app_role,
    require_authentication_context,
    require_scope,
    require_signed_in,
)
from django_entrance.verification.errors import AccessRefused

Tool = TypeVar("Tool", bound=Callable[..., Any])


def signed_in_required(tool: Tool) -> Tool:
    """Answer the refusals that a tool itself gets from ``permissions``. Its caller is always signed in."""
    return requiring(require_signed_in)(tool)


def scope_required(scope: str) -> Callable[[Tool], Tool]:
    """Require the delegated permission ``scope``, as in ``scp``.

    A client that lacks it learns its name, and asks the person (Model Context Protocol, "Scope challenge handling").
    """
    return requiring(lambda request: require_scope(request, scope))


def app_role_required(*app_roles: str) -> Callable[[Tool], Tool]:
    """Require at least one of ``app_roles``: of a person, an application or an agent."""
    return requiring(lambda request: require_app_role(request, *app_roles))


def authentication_context_required(name: str) -> Callable[[Tool], Tool]:
    """Require the authentication context that ``AUTHENTICATION_CONTEXTS`` has under ``name``."""
    return requiring(lambda request: require_authentication_context(request, name))


def requiring(require: Callable[[HttpRequest], None]) -> Callable[[Tool], Tool]:
    """Return a decorator that calls ``require`` first. The SDK runs a sync tool in a thread, where it may query."""

    def decorate(tool: Tool) -> Tool:
        @wraps(tool)
        async def checked_async(*positional: Any, **arguments: Any) -> Any:
            request = current_request()
            try:
                require(request)
                return await tool(*positional, **arguments)
            except AccessRefused as refused:
                refusal = refused.with_traceback(None)
            raise await in_thread(refuse_call, request, refusal)

        def call(*positional: Any, **arguments: Any) -> Any:
            request = current_request()
            try:
                require(request)
                return tool(*positional, **arguments)
            except AccessRefused as refused:
                refusal = refused.with_traceback(None)
            raise refuse_call(request, refusal)

        @wraps(tool)
        def checked(*positional: Any, **arguments: Any) -> Any:
            return like_request(lambda: call(*positional, **arguments))

        return cast(Tool, checked_async if iscoroutinefunction(tool) else checked)

    return decorate
