"""Shows, makes and ends what clients have been granted on APIs.

https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
"""

from __future__ import annotations

from dataclasses import replace

from entra_double._graph.bodies import guid, known_members, text
from entra_double._graph.call import NOTHING, Call, Operation, Reply, one_of
from entra_double._graph.errors import bad_request, conflict, not_found
from entra_double._graph.paging import created, listed, shown
from entra_double._graph.service_principals import by_object_id
from entra_double._world.policies import PermissionGrant
from entra_double._world.principals import Person

_FOR_ALL, _FOR_ONE = "AllPrincipals", "Principal"


def _shape(call: Call, grant: PermissionGrant) -> dict[str, object]:
    client = call.directory.service_principal(grant.tenant_id, grant.client_id)
    resource = call.directory.service_principal(grant.tenant_id, grant.resource_id)
    return {
        "clientId": client.id if client else None,
        "consentType": _FOR_ALL if grant.person_id is None else _FOR_ONE,
        "id": grant.id,
        "principalId": grant.person_id,
        "resourceId": resource.id if resource else None,
        "scope": " ".join(sorted(grant.scopes)),
    }


def _grants(call: Call) -> list[PermissionGrant]:
    return [grant for grant in call.directory.grants if grant.tenant_id == call.caller.tenant.id]


def _grant_of(call: Call) -> PermissionGrant:
    found = next((grant for grant in _grants(call) if grant.id == call.parts["id"]), None)
    if found is None:
        raise not_found(call.parts["id"])
    return found


def _list(call: Call) -> Reply:
    return listed(call, "oauth2PermissionGrants", (_shape(call, grant) for grant in _grants(call)))


def _show(call: Call) -> Reply:
    return shown(call, "oauth2PermissionGrants", _shape(call, _grant_of(call)))


def _create(call: Call) -> Reply:
    """Grant scopes to a client, for everybody or for one person; there is one grant each, to be extended by PATCH."""
    known_members(
        call.body,
        frozenset({"clientId", "consentType", "principalId", "resourceId", "scope", "startTime", "expiryTime"}),
    )
    grant = PermissionGrant(
        tenant_id=call.caller.tenant.id,
        client_id=by_object_id(call, guid(call.body, "clientId"), "clientId").client_id,
        resource_id=by_object_id(call, guid(call.body, "resourceId"), "resourceId").client_id,
        scopes=_scopes(call),
        person_id=_person_id(call),
    )
    if any(known.id == grant.id for known in _grants(call)):
        raise conflict("Permission entry already exists.")
    call.put(grant)
    return created(call, "oauth2PermissionGrants", _shape(call, grant))


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


def _change(call: Call) -> Reply:
    known_members(call.body, frozenset({"scope"}))
    call.put(replace(_grant_of(call), scopes=_scopes(call)))
    return NOTHING


def _delete(call: Call) -> Reply:
    call.remove(_grant_of(call))
    return NOTHING


_WRITES = one_of("DelegatedPermissionGrant.ReadWrite.All")
_READS = one_of("DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All")

OPERATIONS = (
    Operation(method="GET", path="/oauth2PermissionGrants", answer=_list, delegated=_READS, application=_READS),
    Operation(method="POST", path="/oauth2PermissionGrants", answer=_create, delegated=_WRITES, application=_WRITES),
    Operation(method="GET", path="/oauth2PermissionGrants/{id}", answer=_show, delegated=_READS, application=_READS),
    Operation(
        method="PATCH", path="/oauth2PermissionGrants/{id}", answer=_change, delegated=_WRITES, application=_WRITES
    ),
    Operation(
        method="DELETE", path="/oauth2PermissionGrants/{id}", answer=_delete, delegated=_WRITES, application=_WRITES
    ),
)
