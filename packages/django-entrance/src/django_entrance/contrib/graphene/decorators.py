"""Decorators for resolvers and mutations of Graphene."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from graphql import GraphQLResolveInfo

from django_entrance.contrib.graphene.asking import check
from django_entrance.permissions import (
    require_app_role,
    require_authentication_context,
    require_scope,
    require_signed_in,
)

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


def requiring(require: Callable[[HttpRequest], None]) -> Callable[[Resolver], Resolver]:
    """Return a decorator for sync and async resolvers, and for ``mutate``, that calls ``require`` first."""

    def decorate(resolver: Resolver) -> Resolver:
        @wraps(resolver)
        def checked(*positional: Any, **arguments: Any) -> Any:
            check(next(each for each in positional if isinstance(each, GraphQLResolveInfo)), require)
            return resolver(*positional, **arguments)

        return cast(Resolver, checked)

    return decorate
