"""Describes the sign-in with Entra to OpenAPI: for each authority a security scheme with its addresses and scopes."""

from collections.abc import Iterable
from typing import Any

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import DEFAULT_AUTHORITY, AuthoritySettings
from django_entrance.frontend.views import endpoints, path_of


def security_schemes() -> dict[str, dict[str, Any]]:
    """Return the schemes by name: ``entra``, or ``entra.NAME`` for each of ``AUTHORITIES`` (OpenAPI, 4.8.27).

    An OAuth 2.0 authorization code with PKCE: the same flow that a front end of its own has.
    """
    return {scheme_name(name): security_scheme(own) for name, own in current_settings().AUTHORITIES.items()}


def scheme_name(authority: str) -> str:
    """Return the name of a scheme. OpenAPI allows letters, digits, dots, hyphens and underscores in it."""
    safe = "".join(each if each.isascii() and (each.isalnum() or each in ".-_") else "_" for each in authority)
    return "entra" if authority == DEFAULT_AUTHORITY else f"entra.{safe}"


def security_scheme(own: AuthoritySettings) -> dict[str, Any]:
    addresses = endpoints(f"{own.AUTHORITY_HOST}/{path_of(own)}")
    flow = {
        "authorizationUrl": addresses["authorization_endpoint"],
        "tokenUrl": addresses["token_endpoint"],
        "scopes": {full_name(own, scope): scope for scope in own.REQUIRED_SCOPES or [".default"]},
    }
    return {"type": "oauth2", "description": "Microsoft Entra ID", "flows": {"authorizationCode": flow}}


def needed_scopes(scheme: str, scopes: Iterable[str]) -> list[str]:
    """Return the scopes of an operation by their full names: those of every token, and ``scopes``."""
    own = next(own for name, own in current_settings().AUTHORITIES.items() if scheme_name(name) == scheme)
    return [full_name(own, scope) for scope in dict.fromkeys([*own.REQUIRED_SCOPES, *scopes])]


def swagger_oauth() -> dict[str, Any]:
    """Return what Swagger UI's ``initOAuth`` takes: the client of the first authority, its scopes, and PKCE."""
    own = next(iter(current_settings().AUTHORITIES.values()))
    return {
        "clientId": own.SPA_CLIENT_ID or own.CLIENT_ID,
        "scopes": list(security_scheme(own)["flows"]["authorizationCode"]["scopes"]),
        "usePkceWithAuthorizationCodeGrant": True,
    }


def full_name(own: AuthoritySettings, scope: str) -> str:
    """Return the name that a client requests a scope by."""
    return f"{own.app_id_uri}/{scope}"
