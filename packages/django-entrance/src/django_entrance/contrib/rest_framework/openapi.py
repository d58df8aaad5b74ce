"""Describes ``EntraAuthentication`` to drf-spectacular, which finds it by itself."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from django_entrance.contrib.rest_framework.permissions import ScopePermission
from django_entrance.frontend.openapi import needed_scopes, security_schemes


class EntraScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry has no types
    """A security scheme for each authority: OAuth 2.0 with its addresses and scopes; one of them is enough."""

    target_class = "django_entrance.contrib.rest_framework.authentication.EntraAuthentication"
    match_subclasses = True

    @property
    def name(self) -> list[str]:  # type: ignore[override]  # a value there, and made from the settings here
        return list(security_schemes())

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """Return the schemes with the scopes that the settings and the view's ``HasScope`` require."""
        permissions = auto_schema.view.get_permissions()
        own = [each.scope for each in permissions if isinstance(each, ScopePermission)]
        return [{name: needed_scopes(name, own)} for name in security_schemes()]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return list(security_schemes().values())
