"""Registers, shows, changes and deletes applications, and adds and removes their secrets.

https://learn.microsoft.com/graph/api/application-post-applications
https://learn.microsoft.com/graph/api/application-addpassword
"""

import secrets
import string
import uuid
from dataclasses import replace

from entra_double._graph.application_bodies import changed
from entra_double._graph.application_shapes import application, password
from entra_double._graph.bodies import bad_request, denied, guid, known_members, not_found, seconds, text, whole
from entra_double._graph.call import Call, Reply
from entra_double._graph.odata import created, listed, reply, shown
from entra_double._graph.roles import MANAGES_APPLICATIONS, holds
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.registration import AppRegistration, Secret

WRITE_ALL = "Application.ReadWrite.All"

_LIST = "applications"
_TWO_YEARS = 2 * 365 * 86_400
_SECRET_PREFIX = "entra-local-not-a-secret-"


def applications_of(call: Call) -> list[AppRegistration]:
    return [known for known in call.in_tenant(call.directory.applications) if known.client_id != GRAPH_CLIENT_ID]


def owned(call: Call) -> AppRegistration:
    """Find the application in the path, which the caller may change."""
    known = call.named(applications_of(call))
    require_owner(call, known)
    return known


def require_owner(call: Call, known: AppRegistration) -> None:
    """Refuse a caller that may not change every application and does not own this one (403)."""
    may_change_all = call.caller.has(WRITE_ALL) and holds(call.caller, MANAGES_APPLICATIONS)
    if not may_change_all and call.caller.principal_id not in known.owners:
        raise denied()


def list_applications(call: Call) -> Reply:
    return listed(call, _LIST, (application(known, call.directory) for known in applications_of(call)))


def show_application(call: Call) -> Reply:
    return shown(call, _LIST, application(call.named(applications_of(call)), call.directory))


def show_unique(call: Call) -> Reply:
    known = _unique(call)
    if known is None:
        raise not_found(call.parts["unique_name"])
    return shown(call, _LIST, application(known, call.directory))


def change_or_create(call: Call) -> Reply | None:
    """Change the application of a unique name, or register it where the caller prefers that.

    https://learn.microsoft.com/graph/api/application-upsert
    """
    known, name = _unique(call), call.parts["unique_name"]
    if known is not None:
        require_owner(call, known)
        call.put(changed(known, call.body, call.directory))
        return None
    if not call.may_create:
        raise not_found(name)
    return _register(call, unique_name=name)


def _unique(call: Call) -> AppRegistration | None:
    wanted = call.parts["unique_name"]
    return next((known for known in applications_of(call) if known.unique_name == wanted), None)


def create_application(call: Call) -> Reply:
    return _register(call)


def _register(call: Call, unique_name: str | None = None) -> Reply:
    """Register an application; it has no service principal yet."""
    text(call.body, "displayName")
    fresh = AppRegistration(
        name="",
        unique_name=unique_name,
        client_id=str(uuid.uuid4()),
        tenant_id=call.caller.tenant.id,
        access_token_version=None,
        owners=frozenset({call.caller.principal_id}),
        has_service_principal=False,
    )
    new = changed(fresh, call.body, call.directory)
    call.put(new)
    return created(call, _LIST, application(new, call.directory))


def change_application(call: Call) -> None:
    call.put(changed(owned(call), call.body, call.directory))


def delete_application(call: Call) -> None:
    """Remove an application with its service principals, assignments and grants."""
    known, directory = owned(call), call.directory
    entries = (directory.service_principal(tenant.id, known.client_id) for tenant in directory.tenants)
    ids = {entry.id: entry for entry in entries if entry}
    call.remove(
        known,
        *ids.values(),
        *(given for given in directory.assignments if known.client_id == given.client_id or given.principal_id in ids),
        *(grant for grant in directory.grants if known.client_id in (grant.client_id, grant.resource_id)),
    )


def add_password(call: Call) -> Reply:
    """Add a generated secret and show it this once; its text says that it is not a real one."""
    known, wish = owned(call), whole(call.body, "passwordCredential")
    known_members(wish, ("displayName", "startDateTime", "endDateTime"))
    starts_at = seconds(wish, "startDateTime", call.emulator.now())
    ends_at = seconds(wish, "endDateTime", starts_at + _TWO_YEARS)
    if ends_at <= starts_at:
        raise bad_request("'endDateTime' must be after 'startDateTime'.")
    secret = Secret(
        key_id=str(uuid.uuid4()),
        value=_SECRET_PREFIX + "".join(secrets.choice(string.ascii_letters) for _ in range(16)),
        name=text(wish, "displayName", ""),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    call.put(replace(known, secrets=(*known.secrets, secret)))
    return reply(call, "microsoft.graph.passwordCredential", {**password(secret), "secretText": secret.value})


def remove_password(call: Call) -> None:
    known, key_id = owned(call), guid(call.body, "keyId")
    left = tuple(secret for secret in known.secrets if secret.key_id != key_id)
    if len(left) == len(known.secrets):
        raise bad_request(f"No password credential found with keyId '{key_id}'.")
    call.put(replace(known, secrets=left))
