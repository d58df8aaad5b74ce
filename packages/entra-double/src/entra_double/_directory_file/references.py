"""Gives the texts by which the things of a directory file refer to each other."""

from __future__ import annotations

from entra_double._directory import Directory
from entra_double._directory_file.names import Principals
from entra_double._principals import Group, Person


def principal_text(object_id: str, tenant_id: str, names: Principals, directory: Directory) -> str | None:
    """Give the text by which a tenant's person, group or application is found; None if it has no such one."""
    match known := directory.principal(object_id):
        case Person():
            name = known.username
        case Group():
            name = known.name
        case None:
            return None
        case _:
            name = directory.client_name(known.client_id) or ""
    if known.tenant_id != tenant_id:
        return None
    return names.principals.text_for(tenant_id, object_id, name)


def application_text(client_id: str, tenant_id: str, names: Principals, directory: Directory) -> str | None:
    """Give the text by which an application is found from a tenant; None if it is not in the directory."""
    name = directory.client_name(client_id)
    return name and names.applications.text_for(tenant_id, client_id, name)
