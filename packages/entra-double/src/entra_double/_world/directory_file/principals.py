"""Reads and writes what a person's table leaves out because it follows from the rest."""

from __future__ import annotations

from typing import Any

from entra_double._world.directory_file.forms import Context, username_in
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.ids import CONSUMERS, derived_id, is_guid
from entra_double._world.principals import Person, Tenant

Values = dict[str, Any]


def write_tenant(tenant: Tenant, _context: Context) -> Values:
    return {"id": None, "personal": True} if tenant.id == CONSUMERS else {}


def person_id_of(table: Values, context: Context) -> str:
    """Return a person's object id; one that follows begins with zeros for a personal account, as in the service."""
    if "id" in table:
        return str(table["id"]).lower()
    known = derived_id("person", context.owner, username_in(context, table["username"]))
    return f"00000000-0000-0000-{known[19:]}" if context.tenant.is_personal else known


def read_person(table: Values, path: Path, context: Context) -> Values:
    """Return the fields that follow from others; `home_object_id` of a guest is to be looked for at home."""
    object_id = person_id_of(table, context)
    home = _home_of(table["home"], path, context) if "home" in table else context.tenant.id
    usual = _principal_name(username_in(context, table["username"]), context, is_guest=home != context.tenant.id)
    return {
        **_parts_of(table["name"]),
        "object_id": object_id,
        "user_principal_name": usual,
        "home_tenant_id": home,
        "home_object_id": object_id,
    }


def write_person(person: Person, context: Context) -> Values:
    """Return the keys that differ from what follows, and None for the others."""
    home = context.directory.tenant(person.home_tenant_id)
    usual = _parts_of(person.name) | {
        "user_principal_name": _principal_name(person.username, context, is_guest=person.is_guest)
    }
    keys: Values = {key: None for key, value in usual.items() if getattr(person, key) == value}
    if person.is_guest:
        keys["home"] = home.domain if home else person.home_tenant_id
    elif person.home_object_id == person.object_id:
        keys["home_id"] = None
    return keys


def _parts_of(name: str) -> Values:
    first, _, last = name.rpartition(" ")
    return {"given_name": first or last, "family_name": last if first else ""}


def _home_of(text: str, path: Path, context: Context) -> str:
    if known := context.directory.tenant(text):
        return known.id
    if is_guid(text):
        return text.lower()
    known_ones = (tenant.domain for tenant in context.directory.tenants)
    raise Problem((*path, "home"), f"there is no tenant called {text!r}{did_you_mean(text, known_ones)}")


def _principal_name(username: str, context: Context, *, is_guest: bool) -> str:
    """Return the user principal name that follows from a user name; a guest's is made of the address at home."""
    return f"{username.replace('@', '_')}#EXT#@{context.tenant.domain}" if is_guest else username
