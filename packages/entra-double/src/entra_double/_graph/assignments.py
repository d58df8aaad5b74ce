"""Shows, makes and ends app roles that people, groups and applications have on APIs.

https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
"""

from __future__ import annotations

from entra_double._graph.bodies import guid, known_members
from entra_double._graph.call import NOTHING, Call, Operation, Reply, one_of
from entra_double._graph.errors import bad_request, not_found
from entra_double._graph.paging import created, listed
from entra_double._graph.service_principals import by_object_id, registration_of, service_principal_of
from entra_double._world.ids import DEFAULT_ACCESS
from entra_double._world.policies import Assignment
from entra_double._world.principals import Group, Person, ServicePrincipal
from entra_double._world.registration import AppRole


def _shape(call: Call, given: Assignment) -> dict[str, object]:
    directory = call.directory
    kind, name = _kind_and_name(call, given.principal_id)
    resource = directory.service_principal(given.tenant_id, given.client_id)
    return {
        "id": given.id,
        "deletedDateTime": None,
        "appRoleId": given.role_id,
        "createdDateTime": None,
        "principalDisplayName": name,
        "principalId": given.principal_id,
        "principalType": kind,
        "resourceDisplayName": directory.client_name(given.client_id),
        "resourceId": resource.id if resource else None,
    }


def _kind_and_name(call: Call, principal_id: str) -> tuple[str | None, str | None]:
    match call.directory.principal(principal_id):
        case Person() as person:
            return "User", person.name
        case Group() as group:
            return "Group", group.name
        case ServicePrincipal() as entry:
            return "ServicePrincipal", call.directory.client_name(entry.client_id)
        case _:
            return None, None


def _assignments(call: Call) -> list[Assignment]:
    return [given for given in call.directory.assignments if given.tenant_id == call.caller.tenant.id]


def _assigned_to(call: Call) -> list[Assignment]:
    entry = service_principal_of(call)
    return [given for given in _assignments(call) if given.client_id == entry.client_id]


def _list_assigned_to(call: Call) -> Reply:
    return listed(call, "appRoleAssignments", (_shape(call, given) for given in _assigned_to(call)))


def _list_assignments(call: Call) -> Reply:
    entry = service_principal_of(call)
    mine = (given for given in _assignments(call) if given.principal_id == entry.id)
    return listed(call, "appRoleAssignments", (_shape(call, given) for given in mine))


def _create(call: Call) -> Reply:
    """Give a person, a group or an application a role on the API that the path and the body name."""
    known_members(call.body, frozenset({"principalId", "resourceId", "appRoleId"}))
    resource = by_object_id(call, guid(call.body, "resourceId"), "resourceId")
    principal = call.directory.principal(guid(call.body, "principalId"))
    if principal is None or principal.tenant_id != call.caller.tenant.id:
        raise not_found(guid(call.body, "principalId"))
    is_application = isinstance(principal, ServicePrincipal)
    if service_principal_of(call) != resource:
        raise bad_request("The path must name the same service principal as 'resourceId'.")
    given = Assignment(
        principal_id=guid(call.body, "principalId"),
        tenant_id=call.caller.tenant.id,
        client_id=resource.client_id,
        role_id=_role_id(call, registration_of(resource, call.directory).app_roles, is_application=is_application),
    )
    if any(known.id == given.id for known in _assignments(call)):
        raise bad_request("Permission being assigned already exists on the object.")
    call.put(given)
    return created(call, "appRoleAssignments", _shape(call, given))


def _role_id(call: Call, roles: tuple[AppRole, ...], *, is_application: bool) -> str:
    role_id = guid(call.body, "appRoleId")
    if role_id == DEFAULT_ACCESS:
        return role_id
    role = next((known for known in roles if known.id == role_id and known.enabled), None)
    if role is None or not (role.for_applications if is_application else role.for_people):
        raise bad_request("Permission being assigned was not found on the application, or is not for this principal.")
    return role_id


def _delete(call: Call) -> Reply:
    wanted = call.parts["assignment"]
    found = next((given for given in _assigned_to(call) if given.id == wanted), None)
    if found is None:
        raise not_found(wanted)
    call.remove(found)
    return NOTHING


_READS = one_of("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All")
_WRITES = (*one_of("AppRoleAssignment.ReadWrite.All"), *_READS)

OPERATIONS = tuple(
    operation
    for one in ("/servicePrincipals/{id}", "/servicePrincipals(appId='{app_id}')")
    for operation in (
        Operation(
            method="GET",
            path=f"{one}/appRoleAssignments",
            answer=_list_assignments,
            delegated=_READS,
            application=_READS,
        ),
        Operation(
            method="GET",
            path=f"{one}/appRoleAssignedTo",
            answer=_list_assigned_to,
            delegated=_READS,
            application=_READS,
        ),
        Operation(
            method="POST", path=f"{one}/appRoleAssignedTo", answer=_create, delegated=_WRITES, application=_WRITES
        ),
        Operation(
            method="DELETE",
            path=f"{one}/appRoleAssignedTo/{{assignment}}",
            answer=_delete,
            delegated=_WRITES,
            application=_WRITES,
        ),
    )
)
