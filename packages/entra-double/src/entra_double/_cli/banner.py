"""Writes what `serve` prints at start: what this is, its address, and the directory."""

from __future__ import annotations

from collections.abc import Iterator

from entra_double._tokens.emulator import Emulator
from entra_double._world.directory import Directory
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.principals import Person, Tenant

_MOST = 10

_BEGINNING = """
  entra-double: a local stand-in for Microsoft Entra ID. It is not Microsoft.
  For development and tests only: everybody can sign in as anybody. {where}

  Look at it     {base_url}
"""


def banner(emulator: Emulator, *, address: str | None, files: dict[str, str]) -> str:
    """Return what is printed at start.

    Args:
        address: The address that it listens on, if other machines reach it.
        files: Name → file that the directory comes from, or that changes go to.
    """
    where = f"It listens on {address}." if address else "It listens on this machine alone."
    lines = [_BEGINNING.format(where=where, base_url=emulator.base_url).rstrip("\n")]
    lines += [_row(name, path) for name, path in files.items()]
    for tenant in emulator.directory.tenants:
        lines += _tenant(emulator, tenant)
    return "\n".join((*lines, "", "  Ctrl-C ends it.", ""))


def _tenant(emulator: Emulator, tenant: Tenant) -> Iterator[str]:
    directory = emulator.directory
    people = directory.people_of(tenant)
    own = [known for known in directory.applications if known.tenant_id == tenant.id]
    applications = [known for known in own if known.client_id != GRAPH_CLIENT_ID]
    if not people and not applications:
        return
    yield ""
    yield _row("Tenant", f"{tenant.id}  ({tenant.domain})")
    yield _row("Issuer", f"{emulator.base_url}/{tenant.id}/v2.0")
    for known in applications[:_MOST]:
        version = f"  (access tokens v{known.access_token_version or 1}.0)" if known.scopes else ""
        yield _row(known.name, f"{known.client_id}{version}")
    yield from _more(len(applications), "applications")
    yield ""
    for position, person in enumerate(people[:_MOST]):
        yield _row("" if position else "People", _person(directory, person))
    yield from _more(len(people), "people; entra-double users lists them all")


def _row(name: str, text: str) -> str:
    return f"  {name:<14} {text}".rstrip()


def _person(directory: Directory, person: Person) -> str:
    roles = ", ".join(directory.all_roles_of(person))
    return f"{person.username:<28} {'not assigned (AADSTS50105)' if directory.is_shut_out(person) else roles}"


def _more(number: int, what: str) -> Iterator[str]:
    if number > _MOST:
        yield _row("", f"and {number - _MOST} more {what}")
