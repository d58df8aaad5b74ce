"""Gathers what the home page shows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from entra_double._browser.snippets import Snippet, Subject, fitting, snippets
from entra_double._tokens.emulator import Emulator
from entra_double._world.directory import Directory
from entra_double._world.errors import CATALOGUE, Aadsts
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.principals import Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration

MOST_PEOPLE = 50
MOST_REQUESTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What whoever looks at the page has asked for."""

    search: str = ""
    client_id: str = ""
    only_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person with what tokens would say."""

    person: Person
    tenant: Tenant
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    shut_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request that was answered; `error` is why it was refused. `sent` has the values that cannot be a secret."""

    time: datetime.datetime
    method: str
    path: str
    grant_type: str | None
    client: str | None
    who: str | None
    status: int
    error: Aadsts | None
    reason: str | None
    sent: Mapping[str, str | None]

    @property
    def is_bad(self) -> bool:
        return self.error is not None or self.status >= 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCard:
    """An application with its tenant, and its own identity there, if it has one yet."""

    application: AppRegistration
    tenant: Tenant
    entry: ServicePrincipal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything on the page."""

    base_url: str
    host: str
    tenants: tuple[Tenant, ...]
    people: tuple[PersonRow, ...]
    found: int
    number_of_people: int
    number_of_groups: int
    applications: tuple[ApplicationCard, ...]
    chosen: AppRegistration | None
    snippets: tuple[Snippet, ...]
    fitting: str
    requests: tuple[RequestRow, ...]
    number_refused: int
    wishes: Wishes


def gather(emulator: Emulator, wishes: Wishes) -> Home:
    """Gather what the page shows at this moment."""
    directory = emulator.directory
    tenants = {tenant.id: tenant for tenant in directory.tenants}
    own = [
        known for known in directory.applications if known.client_id != GRAPH_CLIENT_ID and known.tenant_id in tenants
    ]
    chosen = next((known for known in own if known.client_id == wishes.client_id), None) or _first_client(own)
    found = _matching(directory, wishes.search, tenants)
    rows = [_request_row(directory, entry) for entry in reversed(emulator.requests) if entry["path"] != "/"]
    refused = [row for row in rows if row.is_bad]
    return Home(
        base_url=emulator.base_url,
        host=urlsplit(emulator.base_url).netloc,
        tenants=directory.tenants,
        people=tuple(_person_row(directory, tenants, person) for person in found[:MOST_PEOPLE]),
        found=len(found),
        number_of_people=len(directory.people),
        number_of_groups=len(directory.groups),
        applications=tuple(_card(directory, tenants, known) for known in own),
        chosen=chosen,
        snippets=_snippets(emulator, chosen) if chosen else (),
        fitting=fitting(chosen) if chosen else "",
        requests=tuple((refused if wishes.only_refused else rows)[:MOST_REQUESTS]),
        number_refused=len(refused),
        wishes=wishes,
    )


def _first_client(applications: Iterable[AppRegistration]) -> AppRegistration | None:
    """Choose whom people sign in to."""
    known = list(applications)
    return next((each for each in known if each.redirect_uris), known[0] if known else None)


def _matching(directory: Directory, search: str, tenants: Mapping[str, Tenant]) -> list[Person]:
    return [
        person
        for person in directory.people
        if person.tenant_id in tenants and (person.is_called(search) or search.lower() in person.object_id)
    ]


def _person_row(directory: Directory, tenants: Mapping[str, Tenant], person: Person) -> PersonRow:
    return PersonRow(
        person=person,
        tenant=tenants[person.tenant_id],
        roles=directory.all_roles_of(person),
        groups=tuple(sorted(group.name for group in directory.groups_of(person.object_id))),
        shut_out=directory.is_shut_out(person),
    )


def _card(directory: Directory, tenants: Mapping[str, Tenant], known: AppRegistration) -> ApplicationCard:
    entry = directory.service_principal(known.tenant_id, known.client_id)
    return ApplicationCard(application=known, tenant=tenants[known.tenant_id], entry=entry)


def _api_of(directory: Directory, client_id: str | None) -> AppRegistration | None:
    """Find the API that an application asks, beside Microsoft Graph."""
    client = directory.registration(client_id or "")
    asked = {access.resource_id for access in client.required_access} - {GRAPH_CLIENT_ID} if client else set()
    return next((known for known in directory.applications if known.client_id in asked), None)


def _snippets(emulator: Emulator, chosen: AppRegistration) -> tuple[Snippet, ...]:
    api = _api_of(emulator.directory, chosen.client_id)
    return snippets(Subject(base_url=emulator.base_url, tenant_id=chosen.tenant_id, client=chosen, api=api))


def _request_row(directory: Directory, entry: Mapping[str, Any]) -> RequestRow:
    client_id, sent = entry["client_id"], entry["parameters"]
    client = (directory.client_name(client_id) or "unknown client") if client_id else None
    error = CATALOGUE.get(entry["aadsts"] or 0)
    tenant = _tenant_in(directory, entry["path"])
    api = _api_of(directory, client_id)
    known = {
        "resource": api.name if api else None,
        **sent,
        "person": entry["person"],
        "client": client,
        "client_id": client_id,
        "tenant": tenant.name if tenant else None,
        "method": entry["method"],
    }
    return RequestRow(
        time=datetime.datetime.fromtimestamp(entry["at"], datetime.UTC).astimezone(),
        method=entry["method"],
        path=_readable(tenant, entry["path"]),
        grant_type=entry["grant_type"],
        client=client,
        who=None if entry["person"] == client else entry["person"],
        status=entry["status"] or 500,
        error=error,
        reason=error.describe(known) if error else None,
        sent=sent,
    )


def _tenant_in(directory: Directory, path: str) -> Tenant | None:
    return directory.tenant(path.removeprefix("/").partition("/")[0])


def _readable(tenant: Tenant | None, path: str) -> str:
    """Put the tenant's domain in the place of its id; the service knows it by either."""
    return f"/{tenant.domain}/{path.removeprefix('/').partition('/')[2]}" if tenant else path
