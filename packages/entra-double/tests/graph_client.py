"""Calls Microsoft Graph with permissions that a test grants."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from entra_double import Emulator
from entra_double._world.directory_file.schema import microsoft_graph
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.seed import CONTOSO

from .machine import DAEMON
from .single_page_app import SPA

OWN = "Application.ReadWrite.OwnedBy"
READ = "Application.Read.All"
WRITE = "Application.ReadWrite.All"
ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"

_GRAPH = microsoft_graph(CONTOSO.id)
GRAPH_PERMISSIONS = {known.value for known in _GRAPH.scopes} | {known.value for known in _GRAPH.app_roles}


@dataclass
class Graph:
    """Graph as one caller sees it; by default that is Ada with Logbook web."""

    http: httpx.AsyncClient
    emulator: Emulator
    headers: dict[str, str] = field(default_factory=dict)

    def person(self, *scopes: str, name: str = "ada@contoso.example", role: str | None = ADMINISTRATOR) -> Graph:
        """Call as a person whose client has been granted these scopes, and no others; by default an administrator."""
        known = self.emulator.directory.person(CONTOSO, name)
        assert known
        writes = any("ReadWrite" in scope for scope in scopes)
        roles = known.directory_roles if role and not writes else (role,) if role else ()
        self.emulator.directory = self.emulator.directory.put(replace(known, directory_roles=roles))
        grant = PermissionGrant(
            tenant_id=CONTOSO.id, client_id=SPA, resource_id=GRAPH_CLIENT_ID, scopes=frozenset(scopes)
        )
        self.emulator.directory = self.emulator.directory.put(grant)
        return self.bearer(self.emulator.access_token(name, scope=" ".join(scopes)))

    def application(self, *roles: str, client: str = DAEMON) -> Graph:
        """Call as an application that has been given these roles."""
        graph = self.emulator.directory.resource(CONTOSO, GRAPH_CLIENT_ID)
        entry = self.emulator.directory.service_principal(CONTOSO.id, client)
        assert graph
        assert entry
        given = (
            Assignment(principal_id=entry.id, tenant_id=CONTOSO.id, client_id=GRAPH_CLIENT_ID, role_id=role.id)
            for role in graph.app_roles
            if role.value in roles
        )
        self.emulator.directory = self.emulator.directory.put(*given)
        return self.bearer(self.emulator.application_token(client, scope=f"{GRAPH_CLIENT_ID}/.default"))

    def bearer(self, token: str) -> Graph:
        return Graph(self.http, self.emulator, {"Authorization": f"Bearer {token}"})

    def eventual(self) -> Graph:
        return Graph(self.http, self.emulator, {**self.headers, "ConsistencyLevel": "eventual"})

    async def get(self, path: str, **query: str) -> httpx.Response:
        """Ask for `path`; query options come without their dollar sign."""
        options = {f"${name}": value for name, value in query.items()}
        return await self.http.get(f"/v1.0{path}", params=options or None, headers=self.headers)

    async def values(self, path: str, **query: str) -> list[Any]:
        response = await self.get(path, **query)
        assert response.status_code == 200, response.text
        values: list[Any] = response.json()["value"]
        return values

    async def post(self, path: str, body: object) -> httpx.Response:
        return await self.http.post(f"/v1.0{path}", json=body, headers=self.headers)

    async def patch(self, path: str, body: object) -> httpx.Response:
        return await self.http.patch(f"/v1.0{path}", json=body, headers=self.headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.http.delete(f"/v1.0{path}", headers=self.headers)

    async def created(self, path: str, body: object) -> dict[str, Any]:
        response = await self.post(path, body)
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made


def service_principal_id(emulator: Emulator, client_id: str) -> str:
    entry = emulator.directory.service_principal(CONTOSO.id, client_id)
    assert entry
    return entry.id


def error(response: httpx.Response) -> tuple[int, str]:
    """Give the status and Graph's word for what is wrong."""
    body = response.json()["error"]
    assert body.keys() == {"code", "message", "innerError"}
    assert body["innerError"].keys() == {"date", "request-id", "client-request-id"}
    return response.status_code, body["code"]


DENIED = (403, "Authorization_RequestDenied")
BAD = (400, "Request_BadRequest")
UNSUPPORTED = (400, "Request_UnsupportedQuery")
CONFLICT = (409, "Request_MultipleObjectsWithSameKeyValue")
NOT_FOUND = (404, "Request_ResourceNotFound")
NOT_AUTHENTICATED = (401, "InvalidAuthenticationToken")
