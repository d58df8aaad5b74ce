"""Shows, adds and removes federated credentials: tokens of another issuer that stand for an application's own.

https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
"""

import uuid
from dataclasses import replace

from entra_double._graph.applications import applications_of, owned
from entra_double._graph.bodies import bad_request, conflict, known_members, not_found, text, texts
from entra_double._graph.call import Call, Reply
from entra_double._graph.odata import created, listed
from entra_double._world.registration import FederatedCredential

_LIST = "applications/federatedIdentityCredentials"
_MOST = 20


def _shape(known: FederatedCredential) -> dict[str, object]:
    return {
        "id": known.id,
        "name": known.name,
        "issuer": known.issuer,
        "subject": known.subject,
        "description": None,
        "audiences": [known.audience],
    }


def list_credentials(call: Call) -> Reply:
    return listed(call, _LIST, map(_shape, call.named(applications_of(call)).federated))


def add_credential(call: Call) -> Reply:
    """Add a credential; its name, and its issuer with subject, are unique in the application."""
    known, body = owned(call), call.body
    known_members(body, ("name", "issuer", "subject", "description", "audiences"))
    audiences = texts(body, "audiences")
    if len(audiences) != 1:
        raise bad_request("'audiences' must have one value.")
    fresh = FederatedCredential(
        name=text(body, "name"),
        issuer=text(body, "issuer"),
        subject=text(body, "subject"),
        audience=audiences[0],
        id=str(uuid.uuid4()),
    )
    if any(each.name == fresh.name for each in known.federated):
        raise conflict(f"FederatedIdentityCredential with name {fresh.name} already exists.")
    if any((each.issuer, each.subject) == (fresh.issuer, fresh.subject) for each in known.federated):
        raise conflict("FederatedIdentityCredential with the same issuer and subject already exists.")
    if len(known.federated) >= _MOST:
        raise bad_request(f"An application has at most {_MOST} federated credentials.")
    call.put(replace(known, federated=(*known.federated, fresh)))
    return created(call, _LIST, _shape(fresh))


def remove_credential(call: Call) -> None:
    known, wanted = owned(call), call.parts["credential"]
    left = tuple(each for each in known.federated if wanted not in (each.id, each.name))
    if len(left) == len(known.federated):
        raise not_found(wanted)
    call.put(replace(known, federated=left))
