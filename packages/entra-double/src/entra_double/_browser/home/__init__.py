"""Gathers what the home page shows."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from entra_double._browser.home.snippets import fitting, snippets
from entra_double._tokens.emulator import Emulator
from entra_double._world.directory import Directory
from entra_double._world.errors import CATALOGUE
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.principals import Tenant
from entra_double._world.registration import AppRegistration

MOST_PEOPLE = 50
MOST_REQUESTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the query of the page's address asks for."""

    search: str = ""
    client_id: str = ""
    only_refused: bool = False


def gather(emulator: Emulator, wishes: Wishes) -> dict[str, object]:
    """Gather what the page shows at this moment."""
    directory = emulator.directory
    tenants = {tenant.id for tenant in directory.tenants}
    own = [
        known for known in directory.applications if known.client_id != GRAPH_CLIENT_ID and known.tenant_id in tenants
    ]
    chosen = next((known for known in own if known.client_id == wishes.client_id), None) or _first_client(own)
    people = (person for person in directory.people if person.tenant_id in tenants)
    search = wishes.search
    found = [person for person in people if person.is_called(search) or search.lower() in person.object_id]
    rows = [_request_row(directory, entry) for entry in reversed(emulator.requests) if entry["path"] != "/"]
    refused = [row for row in rows if row["is_bad"]]
    return {
        "base_url": emulator.base_url,
        "directory": directory,
        "people": found[:MOST_PEOPLE],
        "found": len(found),
        "applications": own,
        "chosen": chosen,
        "snippets": snippets(emulator.base_url, chosen, _api_of(directory, chosen.client_id)) if chosen else (),
        "fitting": fitting(chosen) if chosen else "",
        "requests": (refused if wishes.only_refused else rows)[:MOST_REQUESTS],
        "number_refused": len(refused),
        "wishes": wishes,
    }


def _first_client(applications: Iterable[AppRegistration]) -> AppRegistration | None:
    """Choose an application that people sign in to, rather one that is no API."""
    return min(applications, key=lambda each: (not each.redirect_uris, bool(each.scopes)), default=None)


def _api_of(directory: Directory, client_id: str | None) -> AppRegistration | None:
    """Find the API that an application asks, beside Microsoft Graph."""
    client = directory.registration(client_id or "")
    asked = {access.resource_id for access in client.required_access} - {GRAPH_CLIENT_ID} if client else set()
    return next((known for known in directory.applications if known.client_id in asked), None)


def _request_row(directory: Directory, entry: dict[str, Any]) -> dict[str, object]:
    """Describe a request that was answered: what the log has of it, and why it was refused."""
    client_id = entry["client_id"]
    client = (directory.client_name(client_id) or "unknown client") if client_id else None
    error = CATALOGUE.get(entry["aadsts"] or 0)
    tenant = directory.tenant(entry["path"].removeprefix("/").partition("/")[0])
    api = _api_of(directory, client_id)
    known = {
        "resource": api.name if api else None,
        **entry["parameters"],
        "person": entry["person"],
        "client": client,
        "client_id": client_id,
        "tenant": tenant.name if tenant else None,
        "method": entry["method"],
    }
    return entry | {
        "time": datetime.datetime.fromtimestamp(entry["at"], datetime.UTC).astimezone(),
        "path": _readable(tenant, entry["path"]),
        "client": client,
        "person": None if entry["person"] == client else entry["person"],
        "status": entry["status"] or 500,
        "error": error,
        "reason": error.describe(known) if error else None,
        "is_bad": error is not None or (entry["status"] or 500) >= 400,
    }


def _readable(tenant: Tenant | None, path: str) -> str:
    """Put the tenant's domain in the place of its id; the service knows it by either."""
    return f"/{tenant.domain}/{path.removeprefix('/').partition('/')[2]}" if tenant else path
