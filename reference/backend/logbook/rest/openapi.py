"""Describes Logbook's own logins to drf-spectacular, which finds ``EntraAuthentication`` by itself."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class OwnTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry has no types
    target_class = "logbook.rest.authentication.OwnTokenAuthentication"
    name = "password"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of the mutation `signIn`."}


class OwnSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "logbook.rest.authentication.OwnSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
