"""Reads the registrations as they are, through Microsoft Graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django_entrance.entra.registration.calls import GraphCalls, NotThere, Refused
from django_entrance.entra.registration.strangers import require_ours
from django_entrance.entra.registration.wanted import GRAPH_ID, Federation, Wanted

Json = Mapping[str, Any]


class RegistrationMissing(Exception):
    """A client id of the settings is not a registration of this tenant."""

    def __init__(self, key: str, client_id: str) -> None:
        super().__init__(f"{key} {client_id} is no application registration of this tenant.")
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Both registrations, with their service principals (entries). What may not be read is None, too: see ``unread``.

    ``grants`` are consents of the whole tenant, ``graph_roles`` the API's application permissions at Graph,
    ``assigned`` the people and groups that have a role of the API.
    """

    api: Json | None = None
    api_entry: Json | None = None
    spa: Json | None = None
    spa_entry: Json | None = None
    graph_entry: Json | None = None
    grants: tuple[Json, ...] = ()
    graph_roles: tuple[Json, ...] = ()
    federated: tuple[Json, ...] = ()
    assigned: tuple[Json, ...] = ()
    unread: frozenset[str] = frozenset()

    def with_part(self, place: str, value: Json | tuple[Json, ...]) -> Found:
        """Return the same with another value of one field."""
        changed: dict[str, Any] = {place: value}
        return replace(self, **changed)


def read_registrations(wanted: Wanted, graph: GraphCalls) -> Found:
    """Return the registrations as they are.

    Raises:
        RegistrationMissing: the settings name a registration that is not there.
        RegistrationStrange: one has our name, and what others put there.
        Refused: Graph does not answer, or not to this caller.
    """
    api = application(graph, "CLIENT_ID", wanted.client_id, wanted.api_unique_name)
    spa = None
    if wanted.has_front_end:
        spa = application(graph, "SPA_CLIENT_ID", wanted.spa_client_id, wanted.spa_unique_name)
    if api and not wanted.client_id:
        require_ours(wanted, graph, "CLIENT_ID", api)
    if spa and not wanted.spa_client_id:
        require_ours(wanted, graph, "SPA_CLIENT_ID", spa)
    api_entry, spa_entry = (entry(graph, each["appId"]) if each else None for each in (api, spa))
    found = Found(api=api, spa=spa, api_entry=api_entry, spa_entry=spa_entry, graph_entry=entry(graph, GRAPH_ID))
    return with_lists(wanted, graph, found)


def with_lists(wanted: Wanted, graph: GraphCalls, found: Found) -> Found:
    """Return the same with grants, roles at Graph and federated credentials, as far as this caller may read them."""
    unread: set[str] = set()
    grants: list[Json] = []
    for each in filter(None, (found.api_entry, found.spa_entry)):
        only_its_own = quote(f"clientId eq '{each['id']}'")
        grants += rows(graph, f"/oauth2PermissionGrants?$filter={only_its_own}", unread, "grants")
    lists = {"grants": [each for each in grants if each["consentType"] == "AllPrincipals"]}
    if found.api_entry and wanted.graph_roles:
        path = f"/servicePrincipals/{found.api_entry['id']}/appRoleAssignments"
        lists["graph_roles"] = rows(graph, path, unread, "graph_roles")
    if found.api and isinstance(wanted.credential, Federation):
        path = f"/applications/{found.api['id']}/federatedIdentityCredentials"
        lists["federated"] = rows(graph, path, unread, "federated")
    for name, values in lists.items():
        found = found.with_part(name, tuple(values))
    return replace(found, unread=frozenset(unread))


def read_for_comparison(wanted: Wanted, graph: GraphCalls) -> Found:
    """Return the same, with the people and groups that are assigned to the API.

    Raises:
        RegistrationMissing: as ``read_registrations`` does.
        Refused: the same.
    """
    found, unread = read_registrations(wanted, graph), set[str]()
    if not (found.api_entry and wanted.has_groups):
        return found
    assigned = rows(graph, f"/servicePrincipals/{found.api_entry['id']}/appRoleAssignedTo", unread, "assigned")
    return replace(found, assigned=tuple(assigned), unread=found.unread | unread)


def application(graph: GraphCalls, key: str, client_id: str | None, unique_name: str) -> Json | None:
    """Return a registration by client id, which has to be there, else by unique name."""
    name = f"appId='{client_id}'" if client_id else f"uniqueName='{unique_name}'"
    try:
        return graph.ask("GET", f"/applications({name})")
    except NotThere:
        if client_id:
            raise RegistrationMissing(key, client_id) from None
        return None


def entry(graph: GraphCalls, client_id: str) -> Json | None:
    try:
        return graph.ask("GET", f"/servicePrincipals(appId='{client_id}')")
    except NotThere:
        return None


def rows(graph: GraphCalls, path: str, unread: set[str], name: str) -> list[Json]:
    """Return a whole list, or note that this caller may not read it."""
    try:
        return list(graph.every_row(path))
    except Refused as refused:
        if refused.status != 403:
            raise
        unread.add(name)
        return []
