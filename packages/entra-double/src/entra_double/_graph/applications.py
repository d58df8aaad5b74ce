"""Registers, shows and changes applications, and gives them secrets.

https://learn.microsoft.com/graph/api/application-post-applications
https://learn.microsoft.com/graph/api/application-addpassword
"""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from entra_double._graph.application_bodies import changed
from entra_double._graph.application_shapes import application, password
from entra_double._graph.bodies import guid, known_members, seconds, text, whole
from entra_double._graph.call import NOTHING, Call, Json, Operation, Reply, one_of
from entra_double._graph.errors import bad_request, denied, not_found
from entra_double._graph.paging import created, listed, shown
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.registration import AppRegistration, Secret

_TWO_YEARS = 2 * 365 * 86_400
_FAKE = "entra-local-not-a-secret-"
_WRITES_EVERY = "Application.ReadWrite.All"
_WRITES_OWN = "Application.ReadWrite.OwnedBy"


def application_of(call: Call) -> AppRegistration:
    """Find the application of the caller's tenant that the path names, by object id or by client id.

    Raises:
        GraphError: There is none (404).
    """
    name = call.parts.get("id") or call.parts["app_id"]
    for known in _applications(call):
        if name.lower() == (known.id if "id" in call.parts else known.client_id):
            return known
    raise not_found(name)


def _applications(call: Call) -> list[AppRegistration]:
    mine = (known for known in call.directory.applications if known.tenant_id == call.caller.tenant.id)
    return [known for known in mine if known.client_id != GRAPH_CLIENT_ID]


def _owned(call: Call) -> AppRegistration:
    """Find the application that the path names, which the caller may change."""
    known = application_of(call)
    require_owner(call, known)
    return known


def require_owner(call: Call, known: AppRegistration) -> None:
    """Let pass who may change every application, or owns this one (otherwise 403)."""
    if not call.caller.has(_WRITES_EVERY) and call.caller.principal_id not in known.owners:
        raise denied()


def _list(call: Call) -> Reply:
    return listed(call, "applications", (application(known, call.directory) for known in _applications(call)))


def _show(call: Call) -> Reply:
    return shown(call, "applications", application(application_of(call), call.directory))


def _create(call: Call) -> Reply:
    """Register an application; it has no service principal until somebody makes one."""
    text(call.body, "displayName")
    fresh = AppRegistration(
        name="",
        client_id=str(uuid.uuid4()),
        tenant_id=call.caller.tenant.id,
        access_token_version=None,
        owners=frozenset({call.caller.principal_id}),
        has_service_principal=False,
    )
    new = changed(fresh, call.body, call.directory)
    call.put(new)
    return created(call, "applications", application(new, call.directory))


def _change(call: Call) -> Reply:
    call.put(changed(_owned(call), call.body, call.directory))
    return NOTHING


def _delete(call: Call) -> Reply:
    """Remove an application and all that hangs on it."""
    known, directory = _owned(call), call.directory
    entries = (directory.service_principal(tenant.id, known.client_id) for tenant in directory.tenants)
    ids = {entry.id: entry for entry in entries if entry}
    call.remove(
        known,
        *ids.values(),
        *(given for given in directory.assignments if known.client_id == given.client_id or given.principal_id in ids),
        *(grant for grant in directory.grants if known.client_id in (grant.client_id, grant.resource_id)),
    )
    return NOTHING


def _add_password(call: Call) -> Reply:
    """Make a secret, which is shown this once; it says itself that it is none."""
    known, wish, now = _owned(call), whole(call.body, "passwordCredential"), call.emulator.now()
    known_members(wish, frozenset({"displayName", "startDateTime", "endDateTime"}))
    starts_at = seconds(wish, "startDateTime")
    starts_at = now if starts_at is None else starts_at
    ends_at = seconds(wish, "endDateTime")
    ends_at = starts_at + _TWO_YEARS if ends_at is None else ends_at
    if ends_at <= starts_at:
        raise bad_request("'endDateTime' must be after 'startDateTime'.")
    secret = Secret(
        key_id=str(uuid.uuid4()),
        value=_FAKE + "".join(secrets.choice(string.ascii_letters) for _ in range(16)),
        name=text(wish, "displayName", ""),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    call.put(replace(known, secrets=(*known.secrets, secret)))
    told: Json = {**password(secret), "secretText": secret.value}
    return Reply(body={"@odata.context": call.context("microsoft.graph.passwordCredential"), **told})


def _remove_password(call: Call) -> Reply:
    known, key_id = _owned(call), guid(call.body, "keyId")
    left = tuple(secret for secret in known.secrets if secret.key_id != key_id)
    if len(left) == len(known.secrets):
        raise bad_request(f"No password credential found with keyId '{key_id}'.")
    call.put(replace(known, secrets=left))
    return NOTHING


def existing(call: Call) -> AppRegistration:
    """Find the application whose client id the body names (otherwise 400)."""
    client_id = text(call.body, "appId").lower()
    known = call.directory.registration(client_id)
    if known is None:
        raise bad_request(f"The appId '{client_id}' does not reference a valid application object.")
    return known


READS = one_of("Application.Read.All", _WRITES_EVERY, "Directory.Read.All")
READS_AS_APPLICATION = one_of("Application.Read.All", _WRITES_EVERY, _WRITES_OWN, "Directory.Read.All")
WRITES = one_of(_WRITES_EVERY)
WRITES_AS_APPLICATION = one_of(_WRITES_EVERY, _WRITES_OWN)


def reading(path: str, answer: Callable[[Call], Reply]) -> Operation:
    return Operation(method="GET", path=path, answer=answer, delegated=READS, application=READS_AS_APPLICATION)


def writing(method: Literal["POST", "PATCH", "DELETE"], path: str, answer: Callable[[Call], Reply]) -> Operation:
    return Operation(method=method, path=path, answer=answer, delegated=WRITES, application=WRITES_AS_APPLICATION)


OPERATIONS = (
    reading("/applications", _list),
    writing("POST", "/applications", _create),
    *(
        operation
        for one in ("/applications/{id}", "/applications(appId='{app_id}')")
        for operation in (
            reading(one, _show),
            writing("PATCH", one, _change),
            writing("DELETE", one, _delete),
            writing("POST", f"{one}/addPassword", _add_password),
            writing("POST", f"{one}/removePassword", _remove_password),
        )
    ),
)
