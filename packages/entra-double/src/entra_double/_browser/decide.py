"""Decides what a request that may be answered comes to: a page, a way in, or a refusal."""

from __future__ import annotations

from dataclasses import replace

from entra_double._browser import consent
from entra_double._browser.answers import Answered, ConsentPage, DeadEnd, Outcome, ProofPage, grant, page_of, refuse
from entra_double._browser.authorize_request import AuthorizeRequest, Prompt
from entra_double._browser.picker import hinted_tenants, pick
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.sessions import Account
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AppRegistration
from entra_double._world.requests.rules import SECOND_PROOF, Attempt, as_known_now, refusal_of
from entra_double._world.requests.scopes import Scopes, permit, read_scopes

TOO_OLD, ONE_MORE_PROOF = 70043, 50076


def decide(emulator: Emulator, request: AuthorizeRequest, browser_id: str) -> Outcome:
    accounts = [account for account in accounts_of(emulator, browser_id) if _may_answer(emulator, request, account)]
    meant = [account for account in accounts if request.hint is None or account.answers_to(request.hint)]
    if request.prompt is Prompt.NONE:
        return _answer_silently(emulator, request, meant, browser_id)
    if request.prompt in (None, Prompt.CONSENT) and len(meant) == 1:
        return let_in(emulator, request, meant[0], browser_id)
    return _pick(emulator, request, browser_id)


def accounts_of(emulator: Emulator, browser_id: str) -> list[Account]:
    """Give the browser's accounts with the people as the directory knows them by now; those who are gone left out."""
    accounts = emulator.sessions.accounts(browser_id)
    found = ((account, as_known_now(emulator.directory, account.person)) for account in accounts)
    return [replace(account, person=person) for account, person in found if person]


def account_in(emulator: Emulator, browser_id: str, object_id: str) -> Account:
    """Give the account of somebody signed in in this browser.

    Raises:
        Refusal: They are not (165000).
    """
    account = next((known for known in accounts_of(emulator, browser_id) if known.person.object_id == object_id), None)
    if account is None:
        raise Refusal(165000)
    return account


def let_in(
    emulator: Emulator, request: AuthorizeRequest, account: Account, browser_id: str, *, consented: bool = False
) -> Outcome:
    """Let a person in who has signed in, or show what stands in the way.

    Args:
        consented: The person has just accepted, and is not asked again.

    Raises:
        Refusal: The application is to be told about it.
    """
    person = account.person
    tenant = tenant_of(emulator.directory, person)
    scopes = scopes_in(emulator.directory, request, tenant)
    if refusal := refusal_for(emulator, request, account):
        return _turn_away(emulator, request, person, refusal, browser_id)
    is_asked = request.prompt is Prompt.CONSENT and not consented
    permitted = None if is_asked else permitted_or_none(emulator.directory, request.back.client, scopes, person)
    if permitted is None:
        return _ask(emulator, request, scopes, person, browser_id)
    return grant(emulator, request, account, permitted, browser_id)


def refusal_for(emulator: Emulator, request: AuthorizeRequest, account: Account) -> Refusal | None:
    """Give the refusal that the rules have for this account; None lets it in."""
    scopes = scopes_in(emulator.directory, request, tenant_of(emulator.directory, account.person))
    return refusal_by_rule(emulator, request.back.client, account, scopes, wanted_contexts=request.claims.contexts)


def refusal_by_rule(
    emulator: Emulator,
    client: AppRegistration,
    account: Account,
    scopes: Scopes,
    *,
    wanted_contexts: frozenset[str] = frozenset(),
) -> Refusal | None:
    attempt = Attempt(
        tenant_id=account.person.tenant_id,
        client=client,
        person=account.person,
        resources=tuple(asked.resource for asked in scopes.resources),
        now=emulator.now(),
        methods=account.methods,
        contexts=account.contexts,
        wanted_contexts=wanted_contexts,
        authenticated_at=account.authenticated_at,
    )
    return refusal_of(emulator.directory, attempt)


def dead_end(
    emulator: Emulator, request: AuthorizeRequest, person: Person, refusal: Refusal, browser_id: str
) -> DeadEnd:
    report = emulator.report(refusal, request.correlation_id)
    return DeadEnd(**page_of(emulator, request, browser_id), person=person, report=report)


def tenant_of(directory: Directory, person: Person) -> Tenant:
    """Give the tenant in which a person is known.

    Raises:
        Refusal: It is gone (90002).
    """
    if tenant := directory.tenant(person.tenant_id):
        return tenant
    raise Refusal(90002, tenant=person.tenant_id)


def scopes_in(directory: Directory, request: AuthorizeRequest, tenant: Tenant) -> Scopes:
    """Give what is asked for as `tenant` knows it, or will when somebody there has consented."""
    if tenant == request.read_in:
        return request.scopes
    return understood(directory, request.scopes.text, tenant, request.back.client)


def understood(directory: Directory, text: str, tenant: Tenant, client: AppRegistration) -> Scopes:
    """Understand `text` as `tenant` knows the APIs, or will when somebody there has consented."""
    if newcomers := consent.newcomers(directory, tenant, client):
        directory = directory.put(*newcomers)
    return read_scopes(text, directory=directory, tenant=tenant, client=client)


def _may_answer(emulator: Emulator, request: AuthorizeRequest, account: Account) -> bool:
    """Say whether an account is among those asked for, and its sign-in counts still."""
    tenants = hinted_tenants(emulator.directory, request.back.tenants, request.domain_hint)
    age = emulator.now() - account.authenticated_at
    return (
        account.person.tenant_id in {tenant.id for tenant in tenants}
        and account.authenticated_at >= account.person.valid_from
        and (request.max_age is None or age <= request.max_age)
    )


def _answer_silently(emulator: Emulator, request: AuthorizeRequest, meant: list[Account], browser_id: str) -> Answered:
    if not meant:
        raise Refusal(50058)
    if len(meant) > 1:
        raise Refusal(16000)
    account = meant[0]
    if refusal := refusal_for(emulator, request, account):
        return refuse(emulator, request, refusal, account.person)
    scopes = scopes_in(emulator.directory, request, tenant_of(emulator.directory, account.person))
    try:
        permitted = permit_all(emulator.directory, request.back.client, scopes, account.person)
    except Refusal as refusal:
        return refuse(emulator, request, refusal, account.person)
    return grant(emulator, request, account, permitted, browser_id)


def permit_all(directory: Directory, client: AppRegistration, scopes: Scopes, person: Person) -> Scopes:
    """Make sure that the person lets the client have everything it asks for (65001)."""
    permitted = (
        permit(asked, directory=directory, tenant_id=person.tenant_id, client=client, person_id=person.object_id)
        for asked in scopes.resources
    )
    return replace(scopes, resources=tuple(permitted))


def permitted_or_none(directory: Directory, client: AppRegistration, scopes: Scopes, person: Person) -> Scopes | None:
    try:
        return permit_all(directory, client, scopes, person)
    except Refusal:
        return None


def _pick(emulator: Emulator, request: AuthorizeRequest, browser_id: str) -> Outcome:
    transaction = emulator.sessions.wait(browser_id, request)
    return pick(emulator, request, transaction=transaction, browser_id=browser_id)


def _turn_away(
    emulator: Emulator, request: AuthorizeRequest, person: Person, refusal: Refusal, browser_id: str
) -> Outcome:
    if refusal.code == TOO_OLD:
        return _pick(emulator, request, browser_id)
    if refusal.code != ONE_MORE_PROOF:
        return dead_end(emulator, request, person, refusal, browser_id)
    report = emulator.report(refusal, request.correlation_id)
    return ProofPage(**page_of(emulator, request, browser_id), person=person, report=report)


def _ask(emulator: Emulator, request: AuthorizeRequest, scopes: Scopes, person: Person, browser_id: str) -> Outcome:
    directory, client = emulator.directory, request.back.client
    tenant = tenant_of(directory, person)
    wanted = consent.wishes(directory, tenant, client, scopes)
    is_administrator = consent.is_administrator(person)
    scope = consent.needing_administrator(directory, tenant, wanted, person)
    if scope and not is_administrator:
        return dead_end(emulator, request, person, Refusal(90094, client=client.name, scope=scope), browser_id)
    return ConsentPage(
        **page_of(emulator, request, browser_id),
        person=person,
        publisher=consent.publisher_of(directory, client),
        permissions=consent.permissions(wanted),
        may_decide_for_everybody=is_administrator,
    )


def prove(emulator: Emulator, account: Account, browser_id: str, wanted: frozenset[str] = frozenset()) -> Account:
    """Note the second proof of a person who has one, and the contexts that were `wanted`.

    What somebody says they prove who has no second proof counts for nothing.
    """
    if SECOND_PROOF not in account.person.methods:
        return account
    proved = emulator.sessions.proved(browser_id, account, frozenset({SECOND_PROOF}), wanted, emulator.now())
    return replace(proved, person=account.person)
