"""Checks App ID URIs and redirect URIs of a registration.

https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
https://learn.microsoft.com/graph/api/resources/identifierurirestriction
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from entra_double._graph.bodies import GraphError, bad_request
from entra_double._world.directory import Directory
from entra_double._world.registration import AppRegistration, Platform, RedirectUri, problem_with

_LONGEST_IDENTIFIER = 255
_PLAIN = re.compile(r"[^\s\x00-\x1f\x7f#?]+")  # no blank, control character, fragment or query
_API_URI = re.compile(r"api://([^/\s]+)(?:/([^/\s]+))?")


def read_identifier_uris(uris: tuple[str, ...], new: AppRegistration, directory: Directory) -> tuple[str, ...]:
    """Refuse App ID URIs that are too long, of no allowed pattern, or another application's (400)."""
    for uri in uris:
        if len(uri) > _LONGEST_IDENTIFIER or not _is_ours(uri, new, directory):
            raise _not_verified(uri)
        others = (known for known in directory.applications if known.client_id != new.client_id)
        if any(uri.lower() in map(str.lower, known.app_id_uris) for known in others):
            raise bad_request("Another object with the same value for property identifierUris already exists.")
    return uris


def refuse_lost_uris(known: AppRegistration, new: AppRegistration, directory: Directory) -> None:
    """Refuse a version of tokens other than 2 where an App ID URI is of an unverified domain (400)."""
    for uri in new.app_id_uris:
        if _is_ours(uri, known, directory) and not _is_ours(uri, new, directory):
            raise _not_verified(uri)


def _not_verified(uri: str) -> GraphError:
    message = f"Values of identifierUris property must use a verified domain of the organization: '{uri}'"
    return GraphError(400, "HostNameNotOnVerifiedDomain", message)


def _is_ours(uri: str, new: AppRegistration, directory: Directory) -> bool:
    tenant = directory.tenant(new.tenant_id)
    domains = (tenant.domain, *tenant.domains) if tenant else ()
    if not _PLAIN.fullmatch(uri):
        return False
    if match := _API_URI.fullmatch(uri):
        first, second = match.groups()
        own = (new.client_id, *domains) if second is None else (new.tenant_id, *domains)
        return first in own or second == new.client_id
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    host = parts.hostname or ""
    is_verified = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    is_free = bool(host) and new.access_token_version == 2  # excludeAppsReceivingV2Tokens of the tenant's policy
    return parts.scheme == "https" and (is_verified or is_free) and "@" not in parts.netloc and not uri.endswith("/")


def read_redirect_uris(uris: tuple[str, ...], platform: Platform) -> list[RedirectUri]:
    """Refuse redirect URIs that the service would not register on a platform (400)."""
    for uri in uris:
        if problem := problem_with(uri, platform):
            raise bad_request(f"'{uri}' cannot be registered on '{platform}': {problem}.")
    return [RedirectUri(platform=platform, uri=uri) for uri in uris]
