"""Finds the parameters, tenant and application of a request, or refuses with the service's error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.ids import CONSUMERS, NOBODY, is_guid
from entra_double._world.principals import PERSONAL, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration, Audience

MULTI_TENANT = frozenset({"common", "organizations"})
SHARED = MULTI_TENANT | {"consumers"}
"""What an address may have in place of a tenant."""

_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

Parameters = Mapping[str, str]


def once_each(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Return a mapping of parameters; one that is repeated is refused (RFC 6749, section 3.1; 9000411)."""
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            raise Refusal(9000411, parameter=name)
        parameters[name] = value
    return parameters


def required(parameters: Parameters, name: str) -> str:
    """Return a parameter; one that is missing or empty is refused (900144)."""
    if value := parameters.get(name):
        return value
    raise Refusal(900144, parameter=name)


def find_tenant(directory: Directory, text: str) -> Tenant:
    """Find the tenant that a path begins with (900023, 90002); that of personal accounts always exists."""
    if not (is_guid(text) or _DOMAIN.fullmatch(text) or text == "consumers"):
        raise Refusal(900023, tenant=text)
    if tenant := directory.tenant(text):
        return tenant
    if text.lower() in ("consumers", CONSUMERS):
        return PERSONAL
    raise Refusal(90002, tenant=text)


def find_tenants(directory: Directory, text: str) -> tuple[Tenant, ...]:
    """Find all tenants that the beginning of a path stands for: one by id or domain, or several by a shared name."""
    if text == "common":
        return directory.tenants
    if text == "organizations":
        return tuple(tenant for tenant in directory.tenants if not tenant.is_personal)
    return (find_tenant(directory, CONSUMERS if text == "consumers" else text),)


def find_client(directory: Directory, tenant_text: str, client_id: str) -> tuple[Tenant, AppRegistration]:
    """Find an application through the address of one tenant (700038, 700016)."""
    _refuse_no_id(client_id)
    tenant = find_tenant(directory, tenant_text)
    if client := directory.application(tenant, client_id.lower()):
        return tenant, client
    raise Refusal(700016, client_id=client_id, tenant=tenant.name)


def find_client_for(
    directory: Directory, tenant_text: str, client_id: str, version: AccessTokenVersion = 2
) -> tuple[tuple[Tenant, ...], AppRegistration]:
    """Find an application through any address, and the tenants that both of them admit (500208 if there is none).

    A v1.0 address is for work and school accounts. An application of one tenant has no shared address (50194).
    """
    if tenant_text in SHARED:
        tenants, client = _find_shared(directory, tenant_text, client_id)
    else:
        tenant, client = find_client(directory, tenant_text, client_id)
        tenants = (tenant,)
    admitted = tuple(tenant for tenant in tenants if version == 2 or not tenant.is_personal)
    if not admitted:
        raise Refusal(500208, person=tenant_text, client=client.name)
    return admitted, client


def _find_shared(directory: Directory, tenant_text: str, client_id: str) -> tuple[tuple[Tenant, ...], AppRegistration]:
    _refuse_no_id(client_id)
    known = (directory.application(tenant, client_id.lower()) for tenant in directory.tenants)
    found = next((client for client in known if client), None)
    if found is None:
        raise Refusal(700016, client_id=client_id, tenant=tenant_text)
    if found.audience is Audience.ONE:
        raise Refusal(50194, client_id=client_id, tenant=tenant_text)
    return tuple(tenant for tenant in find_tenants(directory, tenant_text) if found.admits(tenant.id)), found


def _refuse_no_id(client_id: str) -> None:
    if not is_guid(client_id) or client_id == NOBODY:
        raise Refusal(700038, client_id=client_id)


def tenant_that_knows(directory: Directory, tenants: Sequence[Tenant], client: AppRegistration) -> Tenant:
    """Return a tenant that has the application and its APIs: the only one, or else the application's home."""
    if len(tenants) == 1 and directory.service_principal(tenants[0].id, client.client_id):
        return tenants[0]
    return directory.tenant(client.tenant_id) or tenants[0]
