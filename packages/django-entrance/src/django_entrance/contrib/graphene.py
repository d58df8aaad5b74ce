"""Permissions for Graphene: decorators for resolvers and mutations, and a middleware for a whole schema."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from graphql import GraphQLError, GraphQLResolveInfo

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.contrib.graphql_errors import extensions_of, message_of
from django_entrance.live.request_in_scope import request_behind
from django_entrance.permissions import (
    require_app_role,
    require_authentication_context,
    require_scope,
    require_signed_in,
)
from django_entrance.verification.errors import AccessRefused

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def signed_in_required(resolver: Resolver) -> Resolver:
    """Require a signed-in user, through any login: ``@signed_in_required``."""
    return requiring(require_signed_in)(resolver)


def scope_required(scope: str) -> Callable[[Resolver], Resolver]:
    """Require the delegated permission ``scope``, as in ``scp``: ``@scope_required("access_as_user")``."""
    return requiring(lambda request: require_scope(request, scope))


def app_role_required(*app_roles: str) -> Callable[[Resolver], Resolver]:
    """Require at least one of the app roles: ``@app_role_required("Writer", "Admin")``."""
    return requiring(lambda request: require_app_role(request, *app_roles))


def authentication_context_required(name: str, *, because: str = "") -> Callable[[Resolver], Resolver]:
    """Require an authentication context by your name for it: ``@authentication_context_required("delete")``.

    ``because`` is a sentence of yours that tells the person what the proof is for; it is the error's message.
    """
    return requiring(lambda request: require_authentication_context(request, name, because))


class SignedInMiddleware:
    """Requires a signed-in user for every operation: ``GRAPHENE = {"MIDDLEWARE": [… this class …]}``."""

    def resolve(self, next: Callable[..., Any], root: Any, info: Any, **arguments: Any) -> Any:
        """Resolve a field; one of the operation itself (``info.path``) only for a signed-in user."""
        if info.path.prev is None:
            check(info, require_signed_in)
        return next(root, info, **arguments)


def requiring(require: Callable[[HttpRequest], None]) -> Callable[[Resolver], Resolver]:
    """Return a decorator for sync and async resolvers, and for ``mutate``, that calls ``require`` first."""

    def decorate(resolver: Resolver) -> Resolver:
        @wraps(resolver)
        def checked(*positional: Any, **arguments: Any) -> Any:
            check(next(each for each in positional if isinstance(each, GraphQLResolveInfo)), require)
            return resolver(*positional, **arguments)

        return cast(Resolver, checked)

    return decorate


def check(info: Any, require: Callable[[HttpRequest], None]) -> None:
    """Refuse with a GraphQL error that has ``code`` and ``reason`` in its ``extensions``, and perhaps ``claims``.

    Raises:
        GraphQLError: the code is ``UNAUTHENTICATED`` if the caller is not signed in, else ``FORBIDDEN``.
    """
    context = info.context
    request = request_behind(context["request"] if isinstance(context, dict) else context)
    try:
        require(request)
    except AccessRefused as refusal:
        log_refusal(request, refusal)
        raise GraphQLError(message_of(refusal), extensions=extensions_of(refusal)) from refusal
