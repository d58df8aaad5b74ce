"""Reads and writes the roles and scopes that assignments and grants name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entra_double._world.directory_file.applications import api_called, known_scopes
from entra_double._world.directory_file.forms import Scope
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.ids import DEFAULT_ACCESS
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.registration import AppRegistration

Values = dict[str, Any]


def read_roles(principal_id: str, table: Values, path: Path, scope: Scope) -> Iterator[tuple[Path, Assignment]]:
    """Read the `roles` of a person or group."""
    for name, values in table.get("roles", {}).items():
        api = api_called(name, (*path, "roles", name), scope)
        for position, value in enumerate(values):
            place = (*path, "roles", name, position)
            yield place, _assignment(principal_id, api, _role_id(api, value, place), scope)


def consented_roles(client: AppRegistration, path: Path, scope: Scope) -> Iterator[tuple[Path, Assignment]]:
    """Give an application the roles that it asks for, as an administrator would."""
    who = scope.names["person, group or application"].one(scope.tenant.id, client.client_id, path)
    for asked in client.required_access:
        for value in asked.roles:
            api = api_called(asked.resource_id, path, scope)
            yield (*path, "application_permissions"), _assignment(who, api, _role_id(api, value, path), scope)


def _assignment(principal_id: str, api: AppRegistration, role_id: str, scope: Scope) -> Assignment:
    return Assignment(principal_id=principal_id, tenant_id=scope.tenant.id, client_id=api.client_id, role_id=role_id)


def consented_scopes(client: AppRegistration, path: Path, scope: Scope) -> Iterator[tuple[Path, PermissionGrant]]:
    """Grant an application the scopes that it asks for, as an administrator would."""
    for asked in client.required_access:
        if asked.scopes:
            yield (
                (*path, "permissions"),
                PermissionGrant(
                    tenant_id=scope.tenant.id,
                    client_id=client.client_id,
                    resource_id=asked.resource_id,
                    scopes=frozenset(asked.scopes),
                ),
            )


def read_role(table: Values, path: Path, scope: Scope) -> Values:
    """Read the role of an assignment; without one it is the default access."""
    api = api_called(table["to"], (*path, "to"), scope)
    return {"role_id": _role_id(api, table["role"], (*path, "role"))} if "role" in table else {}


def _role_id(api: AppRegistration, text: str, path: Path) -> str:
    for role in api.app_roles:
        if text in (role.value, role.id):
            return role.id
    known = did_you_mean(text, (role.value for role in api.app_roles))
    raise Problem(path, f"{api.name!r} has no role {text!r}{known}")


def write_role(given: Assignment, scope: Scope) -> Values | None:
    """Write the role of an assignment; one that its API does not have leaves the assignment out."""
    api = scope.directory.registration(given.client_id)
    role = next((role.value for role in api.app_roles if role.id == given.role_id), None) if api else None
    return {"role": role} if role or given.role_id == DEFAULT_ACCESS else None


def read_granted(table: Values, path: Path, scope: Scope) -> Values:
    """Refuse scopes that the API of a grant does not have."""
    known_scopes(api_called(table["api"], (*path, "api"), scope), table["scopes"], (*path, "scopes"))
    return {}


def write_granted(grant: PermissionGrant, scope: Scope) -> Values | None:
    """Write those scopes of a grant that its API has."""
    api = scope.directory.registration(grant.resource_id)
    return {"scopes": sorted(known.value for known in api.scopes if known.value in grant.scopes)} if api else None
