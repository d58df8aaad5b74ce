"""Lets an administrator consent to an application for everybody in a tenant.

https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from entra_double._browser import consent
from entra_double._browser.answers import AccountPicker, ConsentPage, DeadEnd, PageOf
from entra_double._browser.decide import account_in, tenant_of
from entra_double._browser.picker import choices_for, find_person, refusal_of_stranger, tenant_line
from entra_double._browser.registered_permissions import RoleWish, describe, registered
from entra_double._tokens.emulator import Emulator
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.policies import Assignment
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration
from entra_double._world.requests.lookup import SHARED, Parameters, find_client_for, required, tenant_that_knows
from entra_double._world.requests.scopes import DEFAULT, read_scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRequest:
    """A request that may be answered; `scope` is None at the v1.0 address, which grants all that is registered.

    `tenants` are those that the address stands for; the administrator who is chosen decides for which of them.
    """

    tenants: tuple[Tenant, ...]
    client: AppRegistration
    redirect_uri: str
    state: str | None
    scope: str | None
    action: str
    correlation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The browser goes back to the application; `refusal` is what it is told, if anything."""

    address: str
    client_id: str
    person: Person | None = None
    refusal: Refusal | None = None


Outcome = AccountPicker | ConsentPage | DeadEnd | Returned


def begin(
    emulator: Emulator, tenant_text: str, parameters: Parameters, browser_id: str, version: AccessTokenVersion
) -> Outcome:
    """Answer a request for consent with the account picker.

    Raises:
        Refusal: The address stands for personal accounts too (50059), or client or redirect URI cannot be trusted.
    """
    if tenant_text in SHARED and tenant_text != "organizations":
        raise Refusal(50059, tenant=tenant_text)
    tenants, client = find_client_for(emulator.directory, tenant_text, required(parameters, "client_id"))
    redirect_uri = required(parameters, "redirect_uri")
    if client.platform_of(redirect_uri) is None:
        raise Refusal(50011, redirect_uri=redirect_uri, client_id=client.client_id)
    request = AdminRequest(
        tenants=tenants,
        client=client,
        redirect_uri=redirect_uri,
        state=parameters.get("state"),
        scope=None if version == 1 else parameters.get("scope", ""),
        action=f"/{tenant_text}/adminconsent" if version == 1 else f"/{tenant_text}/v2.0/adminconsent",
        correlation_id=parameters.get("client-request-id"),
    )
    try:
        if version == 2:
            required(parameters, "scope")
        _wanted(emulator.directory, request, tenant_that_knows(emulator.directory, tenants, client))
    except Refusal as refusal:
        return _returned(emulator, request, refusal)
    return _pick(emulator, request, emulator.sessions.wait(browser_id, request), browser_id)


def choose_account(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Show what the application asks for to the administrator that was chosen.

    Raises:
        Refusal: The transaction is over (165000), or the person does not exist (50034).
    """
    request = emulator.sessions.waiting(browser_id, transaction, AdminRequest)
    person = find_person(emulator.directory, request.tenants, object_id)
    emulator.sessions.finish(transaction)
    page = PageOf(
        transaction=emulator.sessions.wait(browser_id, request),
        action=request.action,
        client_id=request.client.client_id,
        application=request.client.name,
    )
    if refusal := _refusal_of(emulator.directory, request, person):
        return DeadEnd(**page, person=person, report=emulator.report(refusal, request.correlation_id))
    emulator.sessions.sign_in(browser_id, person, emulator.now())
    try:
        wishes, roles = _wanted(emulator.directory, request, tenant_of(emulator.directory, person))
    except Refusal as refused:
        return _returned(emulator, request, refused, person)
    return ConsentPage(
        **page,
        person=person,
        publisher=consent.publisher_of(emulator.directory, request.client),
        permissions=(*consent.permissions(wishes), *(describe(wish) for wish in roles)),
    )


def choose_another(emulator: Emulator, transaction: str, browser_id: str, query: str = "") -> AccountPicker:
    """Show the picker again, with the people that `query` finds."""
    request = emulator.sessions.waiting(browser_id, transaction, AdminRequest)
    return _pick(emulator, request, transaction, browser_id, query)


def accept(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Returned:
    """Grant everything for everybody, if the person may; they are signed in in this browser.

    Raises:
        Refusal: The transaction is over, or the person is not signed in (165000), or may not decide (90094).
    """
    request = emulator.sessions.waiting(browser_id, transaction, AdminRequest)
    person = account_in(emulator, browser_id, object_id).person
    if refusal := _refusal_of(emulator.directory, request, person):
        raise refusal
    emulator.sessions.finish(transaction)
    tenant = tenant_of(emulator.directory, person)
    wishes, roles = _wanted(emulator.directory, request, tenant)
    directory = consent.consented(emulator.directory, tenant, request.client, wishes, None)
    entry = directory.service_principal(tenant.id, request.client.client_id)
    assignments = (
        Assignment(principal_id=entry.id, tenant_id=tenant.id, client_id=wish.resource.client_id, role_id=wish.role.id)
        for wish in roles
        if entry
    )
    emulator.directory = directory.put(*assignments)
    return _returned(emulator, request, None, person)


def decline(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Returned:
    """Tell the application that nobody has consented: by choice (65004), or because the person may not (90094)."""
    request = emulator.sessions.waiting(browser_id, transaction, AdminRequest)
    emulator.sessions.finish(transaction)
    found = emulator.directory.principal(object_id)
    person = found if isinstance(found, Person) else None
    refusal = person and _refusal_of(emulator.directory, request, person)
    told = (refusal or Refusal(65004)).with_error("consent_required")
    return _returned(emulator, request, told, person)


def _refusal_of(directory: Directory, request: AdminRequest, person: Person) -> Refusal | None:
    if refusal := refusal_of_stranger(request.tenants, request.client, person):
        return refusal
    if not person.enabled:
        return Refusal(50057, person=person.username)
    if not consent.acts_as_administrator(directory, person):
        return Refusal(90094, client=request.client.name, scope=request.scope or DEFAULT)
    return None


def _wanted(
    directory: Directory, request: AdminRequest, tenant: Tenant
) -> tuple[tuple[consent.Wish, ...], tuple[RoleWish, ...]]:
    """Give what would be granted: the scopes that are named, or all that is registered for `.default` and in v1.0."""
    client = request.client
    if newcomers := consent.newcomers(directory, tenant, client):
        directory = directory.put(*newcomers)
    if request.scope is not None:
        scopes = read_scopes(request.scope, directory=directory, tenant=tenant, client=client)
        if all(asked.names != (DEFAULT,) for asked in scopes.resources):
            return consent.wishes(directory, tenant, client, scopes), ()
    return registered(directory, tenant, client)


def _pick(
    emulator: Emulator, request: AdminRequest, transaction: str, browser_id: str, query: str = ""
) -> AccountPicker:
    choices, is_cut = choices_for(emulator, request.tenants, browser_id, query)
    return AccountPicker(
        transaction=transaction,
        action=request.action,
        client_id=request.client.client_id,
        application=request.client.name,
        tenant=tenant_line(request.tenants),
        choices=choices,
        is_cut=is_cut,
        query=query,
        purpose="admin consent",
    )


def _returned(
    emulator: Emulator, request: AdminRequest, refusal: Refusal | None, person: Person | None = None
) -> Returned:
    members = {"admin_consent": "True"}
    if tenant_id := _tenant_id(request, person):
        members["tenant"] = tenant_id
    if request.scope:
        members["scope"] = request.scope
    if refusal:
        report = emulator.report(refusal, request.correlation_id)
        members |= {"error": refusal.redirect_error, "error_description": report.description}
    if request.state is not None:
        members["state"] = request.state
    uri = request.redirect_uri
    address = f"{uri}{'&' if '?' in uri else '?'}{urlencode(members)}"
    return Returned(address=address, client_id=request.client.client_id, person=person, refusal=refusal)


def _tenant_id(request: AdminRequest, person: Person | None) -> str | None:
    """Say which tenant it is about: the only one, or that of the administrator; None when nobody was chosen."""
    ids = [tenant.id for tenant in request.tenants]
    chosen = person.tenant_id if person else None
    return chosen if chosen in ids else ids[0] if len(ids) == 1 else None
