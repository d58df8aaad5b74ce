"""Strawberry: permission classes, and an extension for resolvers; errors have code and reason of the refusal."""

from django_entrance.contrib.strawberry.asking import EntrancePermission
from django_entrance.contrib.strawberry.permissions import (
    AppRolePermission,
    AuthenticationContextPermission,
    HasAppRole,
    HasAuthenticationContext,
    HasScope,
    IsSignedIn,
    ScopePermission,
)
from django_entrance.contrib.strawberry.refusals import AnswerRefusals

__all__ = [
    "AnswerRefusals",
    "AppRolePermission",
    "AuthenticationContextPermission",
    "EntrancePermission",
    "HasAppRole",
    "HasAuthenticationContext",
    "HasScope",
    "IsSignedIn",
    "ScopePermission",
]
