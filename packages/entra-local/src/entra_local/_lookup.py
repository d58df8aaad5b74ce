"""Finds what a request names: its parameters, its tenant, its application; or refuses with the service's error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from entra_local._directory import AppRegistration, Directory, Tenant
from entra_local._errors import Refusal

MULTI_TENANT = frozenset({"common", "organizations"})

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ZERO = "00000000-0000-0000-0000-000000000000"

Parameters = Mapping[str, str]


def once_each(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Make a mapping of `pairs`; a parameter that comes twice is refused (RFC 6749, section 3.1; 9000411)."""
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            raise Refusal(9000411, parameter=name)
        parameters[name] = value
    return parameters


def required(parameters: Parameters, name: str) -> str:
    """Give the parameter `name`; missing and empty are the same (900144)."""
    if value := parameters.get(name):
        return value
    raise Refusal(900144, parameter=name)


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def find_tenant(directory: Directory, text: str) -> Tenant:
    """Find the tenant that the first segment of a path names.

    Raises:
        Refusal: There is none of that name (90002), or it cannot be a name (900023).
    """
    if not (_GUID.fullmatch(text) or _DOMAIN.fullmatch(text) or text == "consumers"):
        raise Refusal(900023, tenant=text)
    if tenant := directory.tenant(text):
        return tenant
    raise Refusal(90002, tenant=text)


def find_client(directory: Directory, tenant_text: str, client_id: str) -> tuple[Tenant, AppRegistration]:
    """Find an application through a tenant's address; every application of entra-local belongs to one tenant.

    Raises:
        Refusal: The id is no GUID (700038), the tenant is shared (50194), or there is no such application (700016).
    """
    if not is_guid(client_id) or client_id == _ZERO:
        raise Refusal(700038, client_id=client_id)
    if tenant_text in MULTI_TENANT:
        raise Refusal(50194, client_id=client_id, tenant=tenant_text)
    tenant = find_tenant(directory, tenant_text)
    if client := directory.application(tenant, client_id.lower()):
        return tenant, client
    raise Refusal(700016, client_id=client_id, tenant=tenant.name)
