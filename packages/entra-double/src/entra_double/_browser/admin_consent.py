"""Lets an administrator consent to an application for a whole tenant.

https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._browser.browser import Browser
from entra_double._browser.consent import (
    Consent,
    WantedRole,
    WantedScopes,
    consent_of,
    consent_page,
    is_administrator,
)
from entra_double._browser.pages import Answered, Page, ResponseMode, ReturnAddress, turn_away
from entra_double._browser.picker import answer_forms, pick
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.policies import Assignment
from entra_double._world.principals import Person
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import SHARED, Parameters, find_client_for, required, tenant_that_knows
from entra_double._world.requests.scopes import DEFAULT

Outcome = Page | Answered


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRequest(ReturnAddress):
    """A request for an administrator's consent; without `scope` (v1.0) it is for all that is registered."""

    scope: str | None


def begin(browser: Browser, tenant_text: str, parameters: Parameters, version: AccessTokenVersion) -> Outcome:
    """Answer a request for consent with the account picker, or refuse it on a page."""
    if tenant_text in SHARED and tenant_text != "organizations":
        raise Refusal(50059, tenant=tenant_text)
    tenants, client = find_client_for(browser.directory, tenant_text, required(parameters, "client_id"))
    redirect_uri = required(parameters, "redirect_uri")
    platform = client.platform_of(redirect_uri)
    if platform is None:
        raise Refusal(50011, redirect_uri=redirect_uri, client_id=client.client_id)
    request = AdminRequest(
        client=client,
        tenants=tenants,
        action=f"/{tenant_text}/adminconsent" if version == 1 else f"/{tenant_text}/v2.0/adminconsent",
        purpose="admin consent",
        correlation_id=parameters.get("client-request-id"),
        redirect_uri=redirect_uri,
        platform=platform,
        mode=ResponseMode.QUERY,
        state=parameters.get("state"),
        scope=None if version == 1 else parameters.get("scope", ""),
    )
    try:
        if version == 2:
            required(parameters, "scope")
        _wanted(Consent(browser.directory, tenant_that_knows(browser.directory, tenants, client), client), request)
    except Refusal as refusal:
        return _answer(browser, request, refusal)
    return pick(browser, request)


def _choose(browser: Browser, form: Parameters) -> Outcome:
    """Show what the application asks for to the administrator that was chosen."""
    request, person = browser.choose(form, AdminRequest)
    if refusal := _refusal_of(browser.directory, request, person):
        return turn_away(browser, request, person, refusal)
    browser.sign_in(person)
    try:
        wanted, roles = _wanted(consent_of(browser, request, person), request)
    except Refusal as refused:
        return _answer(browser, request, refused, person)
    return consent_page(browser, request, person, wanted, roles)


def _accept(browser: Browser, form: Parameters) -> Outcome:
    """Grant everything to the application for the whole tenant, if the person may."""
    request, person = browser.waiting(form, AdminRequest), browser.account(form).person
    if refusal := _refusal_of(browser.directory, request, person):
        raise refusal
    browser.end(form, AdminRequest)
    consent = consent_of(browser, request, person)
    wanted, roles = _wanted(consent, request)
    directory, tenant_id = consent.given(wanted, None), consent.tenant.id
    entry = directory.service_principal(tenant_id, request.client.client_id)
    assignments = (
        Assignment(principal_id=entry.id, tenant_id=tenant_id, client_id=resource.client_id, role_id=role.id)
        for resource, role in roles
        if entry
    )
    browser.emulator.directory = directory.put(*assignments)
    return _answer(browser, request, None, person)


def _decline(browser: Browser, form: Parameters) -> Outcome:
    """Tell the application that there is no consent: by choice (65004), or because the person may not give it."""
    request = browser.end(form, AdminRequest)
    found = browser.directory.principal(form.get("account", ""))
    person = found if isinstance(found, Person) else None
    refusal = person and _refusal_of(browser.directory, request, person)
    return _answer(browser, request, (refusal or Refusal(65004)).with_error("consent_required"), person)


go_on = answer_forms(AdminRequest, _decline, {None: _choose, "consent": _accept})


def _refusal_of(directory: Directory, request: AdminRequest, person: Person) -> Refusal | None:
    if refusal := request.refusal_of_account(person):
        return refusal
    if not person.enabled:
        return Refusal(50057, person=person.username)
    if not acts_as_administrator(directory, person):
        return Refusal(90094, client=request.client.name, scope=request.scope or DEFAULT)
    return None


def acts_as_administrator(directory: Directory, person: Person) -> bool:
    """Say whether a person may consent for the tenant: an administrator, or any person where there is none."""
    if is_administrator(person):
        return True
    tenant = directory.tenant(person.tenant_id)
    return tenant is not None and not any(is_administrator(known) for known in directory.people_of(tenant))


def _wanted(consent: Consent, request: AdminRequest) -> tuple[tuple[WantedScopes, ...], tuple[WantedRole, ...]]:
    """Give what would be granted: the scopes that are named, or all that is registered for `.default` and in v1.0."""
    consent = consent.with_newcomers()
    if request.scope is not None:
        scopes = consent.read_scopes(request.scope)
        if all(asked.names != (DEFAULT,) for asked in scopes.resources):
            return consent.wanted(scopes), ()
    return consent.registered()


def _answer(browser: Browser, request: AdminRequest, refusal: Refusal | None, person: Person | None = None) -> Answered:
    members = {
        "admin_consent": "True",
        "tenant": _tenant_id(request, person),
        "scope": request.scope,
        "error": refusal and refusal.redirect_error,
        "error_description": refusal and browser.emulator.report(refusal, request.correlation_id).description,
    }
    known = {name: value for name, value in members.items() if value}
    return Answered(back=request, members=known, person=person, refusal=refusal)


def _tenant_id(request: AdminRequest, person: Person | None) -> str | None:
    """Say which tenant it is about: the only one, or the administrator's; None when no account was chosen."""
    ids = [tenant.id for tenant in request.tenants]
    chosen = person.tenant_id if person else None
    return chosen if chosen in ids else ids[0] if len(ids) == 1 else None
