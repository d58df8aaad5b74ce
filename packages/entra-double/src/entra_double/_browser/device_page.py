"""Lets a person approve a sign-in on a device that has no browser: by the code that the device shows.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code (RFC 8628, section 3.3)
"""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._browser.browser import TOO_OLD, Browser, PendingRequest
from entra_double._browser.consent import ask, consent_of
from entra_double._browser.pages import ConsentPage, Page, turn_away
from entra_double._browser.picker import answer_forms, pick
from entra_double._tokens.memory.grants import DeviceGrant
from entra_double._tokens.memory.sessions import Account
from entra_double._world.errors import Refusal
from entra_double._world.requests.lookup import Parameters, required

ACTION = "/device"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage(Page):
    """The page on which a person types the code; `refusal` is what was wrong with the one before."""

    template: str = "device_code"
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest(PendingRequest):
    """The sign-in of a device, which a person has found by its code."""

    grant: DeviceGrant


class _CodeEntry:
    """A person is about to type a code."""


def begin(browser: Browser) -> Page:
    return CodePage(transaction=browser.wait(_CodeEntry()))


def _enter_or_choose(browser: Browser, form: Parameters) -> Page:
    return _enter(browser, form) if "user_code" in form else _choose(browser, form)


def _enter(browser: Browser, form: Parameters) -> Page:
    """Find the sign-in by the code that was typed; with a wrong code the page stays."""
    transaction, typed = required(form, "transaction"), form["user_code"]
    browser.emulator.sessions.waiting(browser.id, transaction, _CodeEntry)
    try:
        grant = browser.emulator.grants.find_user_code(typed, browser.emulator.now())
    except Refusal as refusal:
        return CodePage(transaction=transaction, typed=typed, refusal=refusal)
    browser.emulator.sessions.finish(transaction)
    found = (browser.directory.tenant(tenant_id) for tenant_id in grant.tenants)
    tenants = tuple(tenant for tenant in found if tenant)
    request = DeviceRequest(client=grant.client, tenants=tenants, action=ACTION, purpose="device", grant=grant)
    return pick(browser, request)


def _choose(browser: Browser, form: Parameters) -> Page:
    """Sign in the person that was chosen, and ask them whether it is they who sign in on the device."""
    request, person = browser.choose(form, DeviceRequest)
    if refusal := request.refusal_of_account(person):
        return turn_away(browser, request, person, refusal)
    known = (account for account in browser.accounts() if account.person == person)
    return _ask(browser, request, next(known, None) or browser.sign_in(person))


def _prove(browser: Browser, form: Parameters) -> Page:
    """Take the second proof of a signed-in person, and go on."""
    request, account = browser.confirm(form, DeviceRequest)
    return _ask(browser, request, browser.prove(account))


def _approve(browser: Browser, form: Parameters) -> Page:
    """Let the device have what it asks for, on behalf of a signed-in person."""
    request, account = browser.confirm(form, DeviceRequest)
    person, consent = account.person, consent_of(browser, request, account.person)
    scopes = consent.read_scopes(request.grant.scope)
    asked = _ask(browser, request, account)
    if not isinstance(asked, ConsentPage):
        return asked
    browser.emulator.sessions.finish(asked.transaction)
    decision = account.delegation(request.client, scopes.openid)
    browser.emulator.grants.decide(request.grant.user_code, decision)
    if asked.permissions:
        browser.emulator.directory = consent.given(consent.wanted(scopes), person)
    browser.emulator.sessions.visited(browser.id, account, request.client.client_id)
    return Page(template="device_done", request=request, person=person)


def _decline(browser: Browser, form: Parameters) -> Page:
    """Tell the device that the sign-in was declined."""
    request = browser.end(form, DeviceRequest)
    browser.emulator.grants.decide(request.grant.user_code, "declined")
    return Page(template="device_done", request=request)


go_on = answer_forms(DeviceRequest, _decline, {None: _enter_or_choose, "prove": _prove, "approve": _approve})


def _ask(browser: Browser, request: DeviceRequest, account: Account) -> Page:
    """Ask for approval, and for consent where there is none yet; or say what stands in the way."""
    person = account.person
    try:
        consent = consent_of(browser, request, person)
        scopes = consent.read_scopes(request.grant.scope)
        refusal = browser.refusal_by_rule(request.client, account, scopes)
        if refusal and refusal.code == TOO_OLD:
            refusal = browser.refusal_by_rule(request.client, browser.sign_in(person), scopes)
        if refusal:
            raise refusal
        is_permitted = consent.permitted_or_none(scopes, person) is not None
        return ask(browser, request, person, () if is_permitted else consent.wanted(scopes))
    except Refusal as refused:
        return turn_away(browser, request, person, refused)
