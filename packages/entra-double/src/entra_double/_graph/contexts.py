"""Lists the authentication contexts that policies and APIs refer to.

https://learn.microsoft.com/graph/api/conditionalaccessroot-list-authenticationcontextclassreferences
"""

from __future__ import annotations

from entra_double._graph.call import Call, Operation, Reply, one_of
from entra_double._graph.paging import listed

_PATH = "/identity/conditionalAccess/authenticationContextClassReferences"


def _list(call: Call) -> Reply:
    mine = (known for known in call.directory.contexts if known.tenant_id == call.caller.tenant.id)
    contexts = ({"id": each.id, "displayName": each.name, "description": "", "isAvailable": True} for each in mine)
    return listed(call, _PATH.lstrip("/"), contexts)


_READS = one_of("Policy.Read.ConditionalAccess")

OPERATIONS = (Operation(method="GET", path=_PATH, answer=_list, delegated=_READS, application=_READS),)
