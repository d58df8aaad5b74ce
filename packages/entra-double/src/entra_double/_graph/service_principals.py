"""Shows, makes and changes applications' own identities in a tenant.

https://learn.microsoft.com/graph/api/resources/serviceprincipal
"""

from __future__ import annotations

from dataclasses import replace

from entra_double._graph.application_shapes import app_role, scope
from entra_double._graph.applications import existing, reading, require_owner, writing
from entra_double._graph.bodies import flag, known_members
from entra_double._graph.call import NOTHING, Call, Reply
from entra_double._graph.errors import bad_request, conflict, not_found
from entra_double._graph.paging import created, listed, shown
from entra_double._world.directory import Directory
from entra_double._world.principals import ServicePrincipal
from entra_double._world.registration import AppRegistration


def service_principal(entry: ServicePrincipal, directory: Directory) -> dict[str, object]:
    known = registration_of(entry, directory)
    return {
        "id": entry.id,
        "deletedDateTime": None,
        "accountEnabled": entry.enabled,
        "appDisplayName": known.name,
        "appId": entry.client_id,
        "appOwnerOrganizationId": known.tenant_id,
        "appRoleAssignmentRequired": entry.assignment_required,
        "appRoles": [app_role(role) for role in known.app_roles],
        "displayName": known.name,
        "oauth2PermissionScopes": [scope(each) for each in known.scopes],
        "replyUrls": [each.uri for each in known.redirect_uris],
        "servicePrincipalNames": [*known.app_id_uris, entry.client_id],
        "servicePrincipalType": "Application",
        "signInAudience": known.audience.value,
        "tags": [],
    }


def registration_of(entry: ServicePrincipal, directory: Directory) -> AppRegistration:
    """Give an identity's application, which is there as long as the identity is."""
    known = directory.registration(entry.client_id)
    assert known is not None
    return known


def service_principals_of(call: Call) -> list[ServicePrincipal]:
    """Give those of the caller's tenant, listed or not."""
    tenant_id = call.caller.tenant.id
    entries = (call.directory.service_principal(tenant_id, known.client_id) for known in call.directory.applications)
    return [entry for entry in entries if entry]


def service_principal_of(call: Call) -> ServicePrincipal:
    """Find the one that the path names, by object id or by client id.

    Raises:
        GraphError: There is none (404).
    """
    name = call.parts.get("id") or call.parts["app_id"]
    for entry in service_principals_of(call):
        if name.lower() == (entry.id if "id" in call.parts else entry.client_id):
            return entry
    raise not_found(name)


def by_object_id(call: Call, object_id: str, name: str) -> ServicePrincipal:
    """Find the one that a body names.

    Raises:
        GraphError: There is none (400).
    """
    found = next((entry for entry in service_principals_of(call) if entry.id == object_id), None)
    if found is None:
        raise bad_request(f"'{name}' is not the object id of a service principal.")
    return found


def _owned(call: Call) -> ServicePrincipal:
    entry = service_principal_of(call)
    require_owner(call, registration_of(entry, call.directory))
    return entry


def _list(call: Call) -> Reply:
    entries = (service_principal(entry, call.directory) for entry in service_principals_of(call))
    return listed(call, "servicePrincipals", entries)


def _show(call: Call) -> Reply:
    return shown(call, "servicePrincipals", service_principal(service_principal_of(call), call.directory))


def _create(call: Call) -> Reply:
    """Make the identity of an application in the caller's tenant, wherever the application is at home."""
    known_members(call.body, frozenset({"appId", "accountEnabled", "appRoleAssignmentRequired"}))
    known, tenant_id = existing(call), call.caller.tenant.id
    client_id = known.client_id
    if call.directory.service_principal(tenant_id, client_id):
        raise conflict(f"The service principal of '{client_id}' is in use already.")
    if not known.admits(tenant_id):
        raise bad_request(f"The application '{client_id}' is not for other tenants.")
    require_owner(call, known)
    entry = _changed(ServicePrincipal(tenant_id=tenant_id, client_id=client_id), call)
    call.put(entry)
    return created(call, "servicePrincipals", service_principal(entry, call.directory))


def _change(call: Call) -> Reply:
    known_members(call.body, frozenset({"accountEnabled", "appRoleAssignmentRequired"}))
    call.put(_changed(_owned(call), call))
    return NOTHING


def _changed(entry: ServicePrincipal, call: Call) -> ServicePrincipal:
    return replace(
        entry,
        enabled=flag(call.body, "accountEnabled", entry.enabled),
        assignment_required=flag(call.body, "appRoleAssignmentRequired", entry.assignment_required),
    )


OPERATIONS = (
    reading("/servicePrincipals", _list),
    writing("POST", "/servicePrincipals", _create),
    *(
        operation
        for one in ("/servicePrincipals/{id}", "/servicePrincipals(appId='{app_id}')")
        for operation in (reading(one, _show), writing("PATCH", one, _change))
    ),
)
