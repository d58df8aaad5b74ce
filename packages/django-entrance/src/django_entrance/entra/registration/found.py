"""Reads the registrations as they are, through Microsoft Graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django_entrance.entra.registration.calls import GraphCalls, NotThere, Refused
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

    ``grants`` are consents of the whole tenant, ``graph_roles`` the API's application permissions at Graph.
    """

    api: Json | None = None
    api_entry: Json | None = None
    spa: Json | None = None
    spa_entry: Json | None = None
    graph_entry: Json | None = None
    grants: tuple[Json, ...] = ()
    graph_roles: tuple[Json, ...] = ()
    federated: tuple[Json, ...] = ()
    unread: frozenset[str] = frozenset()

    def with_part(self, place: str, value: Json | tuple[Json, ...]) -> Found:
        """Return the same with another value of one field."""
        changed: dict[str, Any] = {place: value}
        return replace(self, **changed)


def read_registrations(wanted: Wanted, graph: GraphCalls) -> Found:
    """Return the registrations as they are.

    Raises:
        RegistrationMissing: the settings name a registration that is not there.
        Refused: Graph does not answer, or not to this caller.
    """
    api = application(graph, "CLIENT_ID", wanted.client_id, wanted.api_unique_name)
    spa = None
    if wanted.has_front_end:
        spa = application(graph, "SPA_CLIENT_ID", wanted.spa_client_id, wanted.spa_unique_name)
    api_entry, spa_entry = (entry(graph, each["appId"]) if each else None for each in (api, spa))
    graph_entry = entry(graph, GRAPH_ID)
    unread: set[str] = set()
    grants, roles, federated = [], [], []
    for each in (api_entry, spa_entry):
        if each:
            only_its_own = quote(f"clientId eq '{each['id']}'")
            grants += rows(graph, f"/oauth2PermissionGrants?$filter={only_its_own}", unread, "grants")
    if api_entry and wanted.graph_roles:
        roles = rows(graph, f"/servicePrincipals/{api_entry['id']}/appRoleAssignments", unread, "graph_roles")
    if api and isinstance(wanted.credential, Federation):
        federated = rows(graph, f"/applications/{api['id']}/federatedIdentityCredentials", unread, "federated")
    return Found(
        api=api,
        api_entry=api_entry,
        spa=spa,
        spa_entry=spa_entry,
        graph_entry=graph_entry,
        grants=tuple(each for each in grants if each["consentType"] == "AllPrincipals"),
        graph_roles=tuple(roles),
        federated=tuple(federated),
        unread=frozenset(unread),
    )


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
