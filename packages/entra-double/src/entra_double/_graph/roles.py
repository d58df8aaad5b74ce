"""Says what a person may do with a delegated permission: it never allows more than the person's directory roles.

https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
"""

from entra_double._graph.bodies import denied
from entra_double._graph.call import Call, Caller
from entra_double._world.ids import GRAPH_CLIENT_ID

_GLOBAL = "62e90394-69f5-4237-9190-012177145e10"  # Global Administrator
_PRIVILEGED = "e8611ab8-c189-46e8-94e1-60213ab1f814"  # Privileged Role Administrator
_APPLICATION = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"  # Application Administrator
_CLOUD_APPLICATION = "158c047a-c907-4556-b7ef-446551a6b5f7"  # Cloud Application Administrator

MANAGES_APPLICATIONS = frozenset({_GLOBAL, _APPLICATION, _CLOUD_APPLICATION})
GIVES_CONSENT = MANAGES_APPLICATIONS | {_PRIVILEGED}
GIVES_ROLES_OF_GRAPH = frozenset({_GLOBAL, _PRIVILEGED})


def holds(caller: Caller, roles: frozenset[str]) -> bool:
    """Return whether a person has one of the directory roles. An application needs its permission alone."""
    return caller.person is None or not roles.isdisjoint(caller.person.directory_roles)


def require_consenter(call: Call, resource_id: str) -> None:
    """Refuse a person who may not grant permissions of this API (403)."""
    is_graph = resource_id == GRAPH_CLIENT_ID
    if not holds(call.caller, GIVES_ROLES_OF_GRAPH if is_graph else GIVES_CONSENT):
        raise denied()


def require_granter(call: Call) -> None:
    """Refuse a person who may not grant scopes for others (403)."""
    if not holds(call.caller, GIVES_CONSENT):
        raise denied()
