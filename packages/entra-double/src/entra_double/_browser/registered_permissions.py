"""Finds the scopes and app roles that the registration of an application asks for."""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._browser import consent
from entra_double._browser.answers import Permission
from entra_double._world.directory import Directory
from entra_double._world.principals import Tenant
from entra_double._world.registration import AppRegistration, AppRole


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleWish:
    """An app role of an API that an application would like to have for itself."""

    resource: AppRegistration
    role: AppRole


def registered(
    directory: Directory, tenant: Tenant, client: AppRegistration
) -> tuple[tuple[consent.Wish, ...], tuple[RoleWish, ...]]:
    found = ((directory.resource(tenant, access.resource_id), access) for access in client.required_access)
    known = [(resource, access) for resource, access in found if resource]
    own = (
        consent.Wish(client_id=client.client_id, resource=resource, scopes=access.scopes)
        for resource, access in known
        if access.scopes
    )
    brought = (wish for resource, _ in known for wish in consent.of_known_api(directory, tenant, client, resource))
    roles = tuple(
        RoleWish(resource=resource, role=role)
        for resource, access in known
        for role in resource.app_roles
        if role.value in access.roles and role.for_applications
    )
    return (*own, *brought), roles


def describe(wish: RoleWish) -> Permission:
    return Permission(
        api=wish.resource.name,
        value=wish.role.value,
        title=wish.role.name or f"Use {wish.resource.name} as itself, without anybody signed in",
        description=wish.role.description,
        needs_administrator=True,
    )
