"""Shows, creates and changes service principals.

https://learn.microsoft.com/graph/api/resources/serviceprincipal
"""

from dataclasses import replace

from entra_double._graph.application_shapes import app_role, scope
from entra_double._graph.applications import require_owner
from entra_double._graph.bodies import bad_request, conflict, flag, guid, known_members, text, texts
from entra_double._graph.call import Call, Reply
from entra_double._graph.odata import created, listed, shown
from entra_double._world.directory import Directory
from entra_double._world.principals import ServicePrincipal
from entra_double._world.registration import AppRegistration

_LIST = "servicePrincipals"
_CHANGEABLE = ("accountEnabled", "appRoleAssignmentRequired", "tags")


def _shape(entry: ServicePrincipal, directory: Directory) -> dict[str, object]:
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
        "tags": list(entry.tags),
    }


def registration_of(entry: ServicePrincipal, directory: Directory) -> AppRegistration:
    known = directory.registration(entry.client_id)
    assert known is not None
    return known


def _service_principals(call: Call) -> list[ServicePrincipal]:
    """Return those of the caller's tenant, listed or not."""
    tenant_id = call.caller.tenant.id
    entries = (call.directory.service_principal(tenant_id, known.client_id) for known in call.directory.applications)
    return [entry for entry in entries if entry]


def service_principal_of(call: Call) -> ServicePrincipal:
    """Find the service principal in the path (otherwise 404)."""
    return call.named(_service_principals(call))


def service_principal_in_body(call: Call, name: str) -> ServicePrincipal:
    """Find the service principal by the object id in a member of the body (otherwise 400)."""
    object_id = guid(call.body, name)
    found = next((entry for entry in _service_principals(call) if entry.id == object_id), None)
    if found is None:
        raise bad_request(f"'{name}' is not the object id of a service principal.")
    return found


def list_service_principals(call: Call) -> Reply:
    return listed(call, _LIST, (_shape(entry, call.directory) for entry in _service_principals(call)))


def show_service_principal(call: Call) -> Reply:
    return shown(call, _LIST, _shape(service_principal_of(call), call.directory))


def create_service_principal(call: Call) -> Reply:
    """Create the identity of an application in the caller's tenant; the application may belong to another tenant."""
    known_members(call.body, ("appId", *_CHANGEABLE))
    client_id, tenant_id = text(call.body, "appId").lower(), call.caller.tenant.id
    known = call.directory.registration(client_id)
    if known is None:
        raise bad_request(f"The appId '{client_id}' does not reference a valid application object.")
    if call.directory.service_principal(tenant_id, client_id):
        raise conflict(f"The service principal of '{client_id}' is in use already.")
    if not known.admits(tenant_id):
        raise bad_request(f"The application '{client_id}' is not for other tenants.")
    require_owner(call, known)
    entry = _changed(ServicePrincipal(tenant_id=tenant_id, client_id=client_id), call)
    call.put(entry)
    return created(call, _LIST, _shape(entry, call.directory))


def change_service_principal(call: Call) -> None:
    known_members(call.body, _CHANGEABLE)
    entry = service_principal_of(call)
    require_owner(call, registration_of(entry, call.directory))
    call.put(_changed(entry, call))


def _changed(entry: ServicePrincipal, call: Call) -> ServicePrincipal:
    return replace(
        entry,
        enabled=flag(call.body, "accountEnabled", entry.enabled),
        assignment_required=flag(call.body, "appRoleAssignmentRequired", entry.assignment_required),
        tags=texts(call.body, "tags") if "tags" in call.body else entry.tags,
    )
