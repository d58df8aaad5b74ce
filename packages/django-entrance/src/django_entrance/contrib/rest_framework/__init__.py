"""Django REST framework: an authentication class, and permission classes that combine with ``&`` and ``|``.

``problems`` answers refusals as problem documents; ``openapi`` describes the sign-in to drf-spectacular.
"""

from django_entrance.contrib.rest_framework.authentication import EntraAuthentication
from django_entrance.contrib.rest_framework.permissions import (
    HasAppRole,
    HasAuthenticationContext,
    HasScope,
    IsSignedIn,
)

__all__ = ["EntraAuthentication", "HasAppRole", "HasAuthenticationContext", "HasScope", "IsSignedIn"]
