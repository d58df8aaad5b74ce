"""Shows, makes and changes applications' own identities in a tenant.

https://learn.microsoft.com/graph/api/resources/serviceprincipal
"""

from __future__ import annotations

from dataclasses import replace

from entra_local._directory import Directory
from entra_local._graph.application_shapes import app_role, scope
from entra_local._graph.applications import new_client_id, reading, writing
from entra_local._graph.bodies import flag, known_members
from entra_local._graph.call import NOTHING, Call, Reply
from entra_local._graph.errors import bad_request, conflict, denied, not_found
from entra_local._graph.paging import listed, select
from entra_local._principals import ServicePrincipal
from entra_local._registration import AppRegistration


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
    return next(known for known in directory.applications if known.client_id == entry.client_id)


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
    owners = registration_of(entry, call.directory).owners
    if not call.caller.has("Application.ReadWrite.All") and call.caller.principal_id not in owners:
        raise denied()
    return entry


def _list(call: Call) -> Reply:
    shown = (service_principal(entry, call.directory) for entry in service_principals_of(call))
    return listed(call, "servicePrincipals", shown)


def _show(call: Call) -> Reply:
    call.only("$select")
    shown = select(call, service_principal(service_principal_of(call), call.directory), None)
    return Reply(body={"@odata.context": call.context("servicePrincipals/$entity"), **shown})


def _create(call: Call) -> Reply:
    """Make the identity of an application in the caller's tenant, wherever the application is at home."""
    known_members(call.body, frozenset({"appId", "accountEnabled", "appRoleAssignmentRequired"}))
    client_id = new_client_id(call)
    tenant_id = call.caller.tenant.id
    if call.directory.service_principal(tenant_id, client_id):
        raise conflict(f"The service principal of '{client_id}' is in use already.")
    known = next(each for each in call.directory.applications if each.client_id == client_id)
    if not known.admits(tenant_id):
        raise bad_request(f"The application '{client_id}' is not for other tenants.")
    if not call.caller.has("Application.ReadWrite.All") and call.caller.principal_id not in known.owners:
        raise denied()
    entry = _changed(ServicePrincipal(tenant_id=tenant_id, client_id=client_id), call)
    call.put(entry)
    shown = service_principal(entry, call.directory)
    return Reply(body={"@odata.context": call.context("servicePrincipals/$entity"), **shown}, status=201)


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
