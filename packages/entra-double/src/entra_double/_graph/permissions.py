"""Shows, makes and ends app role assignments and grants of scopes.

https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
"""

from dataclasses import replace
from typing import TypeVar

from entra_double._graph.bodies import bad_request, conflict, guid, known_members, not_found, text
from entra_double._graph.call import Call, Reply
from entra_double._graph.odata import created, listed, shown
from entra_double._graph.roles import require_consenter, require_granter
from entra_double._graph.service_principals import registration_of, service_principal_in_body, service_principal_of
from entra_double._world.ids import DEFAULT_ACCESS
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal
from entra_double._world.registration import AppRole

Given = TypeVar("Given", Assignment, PermissionGrant)

_ASSIGNMENTS, _GRANTS = "appRoleAssignments", "oauth2PermissionGrants"
_FOR_ALL, _FOR_ONE = "AllPrincipals", "Principal"


def _assignment(call: Call, given: Assignment) -> dict[str, object]:
    kind, name = _kind_and_name(call, given.principal_id)
    return {
        "id": given.id,
        "deletedDateTime": None,
        "appRoleId": given.role_id,
        "createdDateTime": None,
        "principalDisplayName": name,
        "principalId": given.principal_id,
        "principalType": kind,
        "resourceDisplayName": call.directory.client_name(given.client_id),
        "resourceId": _object_id(call, given.tenant_id, given.client_id),
    }


def _kind_and_name(call: Call, principal_id: str) -> tuple[str | None, str | None]:
    match call.directory.principal(principal_id):
        case Person(name=name):
            return "User", name
        case Group(name=name):
            return "Group", name
        case ServicePrincipal(client_id=client_id):
            return "ServicePrincipal", call.directory.client_name(client_id)
        case _:
            return None, None


def _object_id(call: Call, tenant_id: str, client_id: str) -> str | None:
    entry = call.directory.service_principal(tenant_id, client_id)
    return entry.id if entry else None


def _assigned_to(call: Call) -> list[Assignment]:
    entry = service_principal_of(call)
    return [given for given in call.in_tenant(call.directory.assignments) if given.client_id == entry.client_id]


def list_assigned_to(call: Call) -> Reply:
    return listed(call, _ASSIGNMENTS, (_assignment(call, given) for given in _assigned_to(call)))


def list_assignments(call: Call) -> Reply:
    entry = service_principal_of(call)
    mine = (given for given in call.in_tenant(call.directory.assignments) if given.principal_id == entry.id)
    return listed(call, _ASSIGNMENTS, (_assignment(call, given) for given in mine))


def create_assignment(call: Call) -> Reply:
    """Assign a role of the API in the path and the body to a person, a group or an application."""
    known_members(call.body, ("principalId", "resourceId", "appRoleId"))
    resource = service_principal_in_body(call, "resourceId")
    require_consenter(call, resource.client_id)
    principal_id = guid(call.body, "principalId")
    principal = call.directory.principal(principal_id)
    if principal is None or principal.tenant_id != call.caller.tenant.id:
        raise not_found(principal_id)
    if service_principal_of(call) != resource:
        raise bad_request("The path must name the same service principal as 'resourceId'.")
    is_application = isinstance(principal, ServicePrincipal)
    given = Assignment(
        principal_id=principal_id,
        tenant_id=call.caller.tenant.id,
        client_id=resource.client_id,
        role_id=_role_id(call, registration_of(resource, call.directory).app_roles, is_application=is_application),
    )
    if any(known.id == given.id for known in call.directory.assignments):
        raise bad_request("Permission being assigned already exists on the object.")
    call.put(given)
    return created(call, _ASSIGNMENTS, _assignment(call, given))


def _role_id(call: Call, roles: tuple[AppRole, ...], *, is_application: bool) -> str:
    role_id = guid(call.body, "appRoleId")
    fitting = (
        role for role in roles if role.enabled and (role.for_applications if is_application else role.for_people)
    )
    if role_id not in (DEFAULT_ACCESS, *(role.id for role in fitting)):
        raise bad_request("Permission being assigned was not found on the application, or is not for this principal.")
    return role_id


def delete_assignment(call: Call) -> None:
    require_consenter(call, service_principal_of(call).client_id)
    call.remove(_with_id(_assigned_to(call), call.parts["assignment"]))


def _grant(call: Call, grant: PermissionGrant) -> dict[str, object]:
    return {
        "clientId": _object_id(call, grant.tenant_id, grant.client_id),
        "consentType": _FOR_ALL if grant.person_id is None else _FOR_ONE,
        "id": grant.id,
        "principalId": grant.person_id,
        "resourceId": _object_id(call, grant.tenant_id, grant.resource_id),
        "scope": " ".join(sorted(grant.scopes)),
    }


def _grant_of(call: Call) -> PermissionGrant:
    return _with_id(call.in_tenant(call.directory.grants), call.parts["id"])


def _with_id(known: list[Given], wanted: str) -> Given:
    for each in known:
        if each.id == wanted:
            return each
    raise not_found(wanted)


def list_grants(call: Call) -> Reply:
    return listed(call, _GRANTS, (_grant(call, grant) for grant in call.in_tenant(call.directory.grants)))


def show_grant(call: Call) -> Reply:
    return shown(call, _GRANTS, _grant(call, _grant_of(call)))


def create_grant(call: Call) -> Reply:
    """Grant scopes to a client, for all people or for one; an existing grant is extended by PATCH."""
    known_members(
        call.body, ("clientId", "consentType", "principalId", "resourceId", "scope", "startTime", "expiryTime")
    )
    require_granter(call)
    grant = PermissionGrant(
        tenant_id=call.caller.tenant.id,
        client_id=service_principal_in_body(call, "clientId").client_id,
        resource_id=service_principal_in_body(call, "resourceId").client_id,
        scopes=_scopes(call),
        person_id=_person_id(call),
    )
    if any(known.id == grant.id for known in call.directory.grants):
        raise conflict("Permission entry already exists.")
    call.put(grant)
    return created(call, _GRANTS, _grant(call, grant))


def _scopes(call: Call) -> frozenset[str]:
    return frozenset(text(call.body, "scope", "").split())


def _person_id(call: Call) -> str | None:
    kind = text(call.body, "consentType")
    if kind == _FOR_ALL:
        if call.body.get("principalId") is not None:
            raise bad_request("'principalId' must be null with the consentType AllPrincipals.")
        return None
    if kind != _FOR_ONE:
        raise bad_request("'consentType' must be AllPrincipals or Principal.")
    person = call.directory.principal(guid(call.body, "principalId"))
    if not isinstance(person, Person) or person.tenant_id != call.caller.tenant.id:
        raise bad_request("'principalId' is not the object id of a person.")
    return person.object_id


def change_grant(call: Call) -> None:
    known_members(call.body, ("scope",))
    require_granter(call)
    call.put(replace(_grant_of(call), scopes=_scopes(call)))


def delete_grant(call: Call) -> None:
    require_granter(call)
    call.remove(_grant_of(call))
