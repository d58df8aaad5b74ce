"""Knows which addresses a registration may have.

https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
https://learn.microsoft.com/graph/api/resources/identifierurirestriction
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from entra_local._directory import Directory
from entra_local._graph.errors import GraphError, bad_request
from entra_local._redirect_uris import problem_with
from entra_local._registration import AppRegistration, Platform, RedirectUri

_LONGEST_IDENTIFIER = 255
_API_URI = re.compile(r"api://([^/\s]+)(?:/([^/\s]+))?")


def read_identifier_uris(uris: tuple[str, ...], new: AppRegistration, directory: Directory) -> tuple[str, ...]:
    """Give the App ID URIs of a registration, if it may have them.

    Raises:
        GraphError: One is of no pattern that the service allows, too long, or another application's (400).
    """
    for uri in uris:
        if len(uri) > _LONGEST_IDENTIFIER or not _is_ours(uri, new, directory):
            message = f"Values of identifierUris property must use a verified domain of the organization: '{uri}'"
            raise GraphError(400, "HostNameNotOnVerifiedDomain", message)
        others = (known for known in directory.applications if known.client_id != new.client_id)
        if any(uri.lower() in map(str.lower, known.app_id_uris) for known in others):
            raise bad_request("Another object with the same value for property identifierUris already exists.")
    return uris


def _is_ours(uri: str, new: AppRegistration, directory: Directory) -> bool:
    tenant = directory.tenant(new.tenant_id)
    domains = (tenant.domain, *tenant.domains) if tenant else ()
    if match := _API_URI.fullmatch(uri):
        first, second = match[1], match[2]
        if second is None:
            return first in (new.client_id, *domains)
        return first == new.tenant_id or second == new.client_id or first in domains
    parts = _split(uri)
    host = parts.hostname or ""
    is_verified = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    is_free = bool(host) and new.access_token_version == 2  # excludeAppsReceivingV2Tokens of the tenant's policy
    return parts.scheme == "https" and (is_verified or is_free) and not uri.endswith("/") and not parts.query


def read_redirect_uris(uris: tuple[str, ...], platform: Platform) -> list[RedirectUri]:
    """Give redirect URIs of one platform.

    Raises:
        GraphError: The service would not register one (400).
    """
    for uri in uris:
        if problem := problem_with(uri, platform):
            raise bad_request(f"'{uri}' cannot be registered on '{platform}': {problem}.")
    return [RedirectUri(platform=platform, uri=uri) for uri in uris]


def _split(uri: str) -> SplitResult:
    """Take an address apart; one that is none has no parts."""
    try:
        return urlsplit(uri)
    except ValueError:
        return urlsplit("")
