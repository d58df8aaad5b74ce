"""Strawberry: permission classes, whose errors have the code and the reason of the refusal."""

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

__all__ = [
    "AppRolePermission",
    "AuthenticationContextPermission",
    "EntrancePermission",
    "HasAppRole",
    "HasAuthenticationContext",
    "HasScope",
    "IsSignedIn",
    "ScopePermission",
]
