"""Graphene: decorators for resolvers and mutations, and a middleware for a whole schema."""

from django_entrance.contrib.graphene.decorators import (
    app_role_required,
    authentication_context_required,
    scope_required,
    signed_in_required,
)
from django_entrance.contrib.graphene.middleware import SignedInMiddleware

__all__ = [
    "SignedInMiddleware",
    "app_role_required",
    "authentication_context_required",
    "scope_required",
    "signed_in_required",
]
