"""Lets a person approve a sign-in on a device that has no browser: by the code that the device shows.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code (RFC 8628, section 3.3)
"""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._browser import consent
from entra_double._browser.answers import AccountPicker, ConsentPage, DeadEnd, PageOf, ProofPage
from entra_double._browser.decide import (
    ONE_MORE_PROOF,
    TOO_OLD,
    account_in,
    accounts_of,
    permitted_or_none,
    refusal_by_rule,
    tenant_of,
    understood,
)
from entra_double._browser.decide import prove as note_proof
from entra_double._browser.picker import choices_for, find_person, refusal_of_stranger, tenant_line
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.grants import DeviceGrant
from entra_double._tokens.sessions import Account
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person, Tenant
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.scopes import Scopes

ACTION = "/device"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage:
    """The page on which a person types the code; `refusal` is what was wrong with the one before."""

    transaction: str
    typed: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The page that says that the device may go on, or may not."""

    client_id: str
    application: str
    person: Person | None
    is_approved: bool


Outcome = CodePage | AccountPicker | ProofPage | DeadEnd | ConsentPage | Decided


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Somebody is about to type a code."""


def begin(emulator: Emulator, browser_id: str) -> CodePage:
    return CodePage(transaction=emulator.sessions.wait(browser_id, _Entry()))


def enter(emulator: Emulator, transaction: str, typed: str, browser_id: str) -> CodePage | AccountPicker:
    """Find the sign-in whose code was typed; with a wrong code the page stays.

    Raises:
        Refusal: The transaction is over (165000).
    """
    emulator.sessions.waiting(browser_id, transaction, _Entry)
    try:
        grant = emulator.grants.find_user_code(typed, emulator.now())
    except Refusal as refusal:
        return CodePage(transaction=transaction, typed=typed, refusal=refusal)
    emulator.sessions.finish(transaction)
    return _pick(emulator, grant, emulator.sessions.wait(browser_id, grant), browser_id)


def choose_another(emulator: Emulator, transaction: str, browser_id: str, query: str = "") -> AccountPicker:
    """Show the picker again, with the people that `query` finds."""
    grant = emulator.sessions.waiting(browser_id, transaction, DeviceGrant)
    return _pick(emulator, grant, transaction, browser_id, query)


def choose_account(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Sign in the person that was chosen, and ask them whether it is they who sign in on the device.

    Raises:
        Refusal: The transaction is over (165000), or the person does not exist (50034).
    """
    grant = emulator.sessions.waiting(browser_id, transaction, DeviceGrant)
    tenants = _tenants(emulator, grant)
    person = find_person(emulator.directory, tenants, object_id)
    emulator.sessions.finish(transaction)
    if refusal := refusal_of_stranger(tenants, grant.client, person):
        return _dead_end(emulator, grant, person, refusal, browser_id)
    known = (account for account in accounts_of(emulator, browser_id) if account.person == person)
    account = next(known, None) or emulator.sessions.sign_in(browser_id, person, emulator.now())
    return _ask(emulator, grant, account, browser_id)


def prove(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Take the second proof of somebody signed in (otherwise 165000), and go on."""
    grant, account = _account_in(emulator, transaction, object_id, browser_id)
    return _ask(emulator, grant, note_proof(emulator, account, browser_id), browser_id)


def approve(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Let the device have what it asks for, in the name of somebody signed in.

    Raises:
        Refusal: The transaction is over, or the person is not signed in in this browser (165000), or somebody has
            decided already (70018).
    """
    grant, account = _account_in(emulator, transaction, object_id, browser_id)
    directory, client, person = emulator.directory, grant.client, account.person
    tenant, scopes = _scopes(emulator, grant, person)
    asked = _ask(emulator, grant, account, browser_id)
    if not isinstance(asked, ConsentPage):
        return asked
    emulator.sessions.finish(asked.transaction)
    decision = Delegation(
        person=person,
        client=client,
        session_id=account.session_id,
        openid=scopes.openid,
        authenticated_at=account.authenticated_at,
        methods=account.methods,
        contexts=account.contexts,
    )
    emulator.grants.decide(grant.user_code, decision)
    if asked.permissions:
        wanted = consent.wishes(directory, tenant, client, scopes)
        emulator.directory = consent.consented(directory, tenant, client, wanted, person)
    emulator.sessions.visited(browser_id, account, client.client_id)
    return _decided(grant, person, is_approved=True)


def decline(emulator: Emulator, transaction: str, browser_id: str) -> Decided:
    """Tell the device that nobody signs in.

    Raises:
        Refusal: The transaction is over (165000), or somebody has decided already (70018).
    """
    grant = emulator.sessions.waiting(browser_id, transaction, DeviceGrant)
    emulator.sessions.finish(transaction)
    emulator.grants.decide(grant.user_code, "declined")
    return _decided(grant, None, is_approved=False)


def _ask(emulator: Emulator, grant: DeviceGrant, account: Account, browser_id: str) -> Outcome:
    """Ask for approval, and for consent where there is none yet; or say what stands in the way."""
    directory, client, person = emulator.directory, grant.client, account.person
    try:
        tenant, scopes = _scopes(emulator, grant, person)
        refusal = refusal_by_rule(emulator, client, account, scopes)
        if refusal and refusal.code == TOO_OLD:
            account = emulator.sessions.sign_in(browser_id, person, emulator.now())
            refusal = refusal_by_rule(emulator, client, account, scopes)
        if refusal:
            raise refusal
        is_permitted = permitted_or_none(directory, client, scopes, person) is not None
        wanted = () if is_permitted else consent.wishes(directory, tenant, client, scopes)
        scope = consent.needing_administrator(directory, tenant, wanted, person)
        if scope and not consent.is_administrator(person):
            raise Refusal(90094, client=client.name, scope=scope)
    except Refusal as refused:
        if refused.code != ONE_MORE_PROOF:
            return _dead_end(emulator, grant, person, refused, browser_id)
        return ProofPage(**_page_of(emulator, grant, browser_id), person=person, report=emulator.report(refused))
    return ConsentPage(
        **_page_of(emulator, grant, browser_id),
        person=person,
        publisher=consent.publisher_of(directory, client),
        permissions=consent.permissions(wanted),
    )


def _account_in(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> tuple[DeviceGrant, Account]:
    grant = emulator.sessions.waiting(browser_id, transaction, DeviceGrant)
    account = account_in(emulator, browser_id, object_id)
    emulator.sessions.finish(transaction)
    return grant, account


def _scopes(emulator: Emulator, grant: DeviceGrant, person: Person) -> tuple[Tenant, Scopes]:
    tenant = tenant_of(emulator.directory, person)
    return tenant, understood(emulator.directory, grant.scope, tenant, grant.client)


def _tenants(emulator: Emulator, grant: DeviceGrant) -> tuple[Tenant, ...]:
    found = (emulator.directory.tenant(tenant_id) for tenant_id in grant.tenants)
    return tuple(tenant for tenant in found if tenant)


def _page_of(emulator: Emulator, grant: DeviceGrant, browser_id: str) -> PageOf:
    return PageOf(
        transaction=emulator.sessions.wait(browser_id, grant),
        action=ACTION,
        client_id=grant.client.client_id,
        application=grant.client.name,
    )


def _pick(emulator: Emulator, grant: DeviceGrant, transaction: str, browser_id: str, query: str = "") -> AccountPicker:
    tenants = _tenants(emulator, grant)
    choices, is_cut = choices_for(emulator, tenants, browser_id, query)
    return AccountPicker(
        transaction=transaction,
        action=ACTION,
        client_id=grant.client.client_id,
        application=grant.client.name,
        tenant=tenant_line(tenants),
        choices=choices,
        is_cut=is_cut,
        query=query,
        purpose="device",
    )


def _dead_end(emulator: Emulator, grant: DeviceGrant, person: Person, refusal: Refusal, browser_id: str) -> DeadEnd:
    return DeadEnd(**_page_of(emulator, grant, browser_id), person=person, report=emulator.report(refusal))


def _decided(grant: DeviceGrant, person: Person | None, *, is_approved: bool) -> Decided:
    return Decided(
        client_id=grant.client.client_id, application=grant.client.name, person=person, is_approved=is_approved
    )
