"""Lists the owners of an application, who may change it, and adds and removes them.

https://learn.microsoft.com/graph/api/application-list-owners
https://learn.microsoft.com/graph/api/application-post-owners
"""

from collections.abc import Iterable
from dataclasses import replace

from entra_double._graph import shapes
from entra_double._graph.applications import applications_of, owned
from entra_double._graph.bodies import bad_request, known_members, not_found, text
from entra_double._graph.call import Call, Reply
from entra_double._graph.odata import listed
from entra_double._graph.service_principals import registration_of, service_principal_of
from entra_double._graph.users_and_groups import READ_BASICS
from entra_double._world.principals import Group

_REFERENCE = "@odata.id"


def list_owners(call: Call) -> Reply:
    return _listed(call, call.named(applications_of(call)).owners)


def list_owners_of_entry(call: Call) -> Reply:
    """List the owners of a service principal: those of its registration, if that is in the same tenant."""
    registration = registration_of(service_principal_of(call), call.directory)
    is_own = registration.tenant_id == call.caller.tenant.id
    return _listed(call, registration.owners if is_own else ())


def _listed(call: Call, owners: Iterable[str]) -> Reply:
    """List directory objects; names of people need a permission of their own."""
    known = (call.directory.principal(each) for each in sorted(owners))
    shown = (shapes.member(call.directory, each) for each in known if each)
    if not call.caller.has(*READ_BASICS):
        shown = (shapes.without_names(each) if "userPrincipalName" in each else each for each in shown)
    return listed(call, "directoryObjects", shown)


def add_owner(call: Call) -> None:
    """Add the person or service principal that the body's `@odata.id` ends with."""
    known = owned(call)
    known_members(call.body, (_REFERENCE,))
    wanted = text(call.body, _REFERENCE).rstrip("/").rpartition("/")[2].lower()
    principal = call.directory.principal(wanted)
    if principal is None or principal.tenant_id != call.caller.tenant.id:
        raise not_found(wanted)
    if isinstance(principal, Group):
        raise bad_request("A group cannot own an application.")
    if wanted in known.owners:
        raise bad_request("One or more added object references already exist for the following property: 'owners'.")
    call.put(replace(known, owners=known.owners | {wanted}))


def remove_owner(call: Call) -> None:
    known, wanted = owned(call), call.parts["owner"].lower()
    if wanted not in known.owners:
        raise not_found(wanted)
    call.put(replace(known, owners=known.owners - {wanted}))
