"""Answers authorize requests, and what a person does on the pages that follow."""

from __future__ import annotations

from collections.abc import Callable

from entra_double._browser import consent
from entra_double._browser.answers import Answered, DeadEnd, Outcome, refuse
from entra_double._browser.authorize_request import (
    Answer,
    AuthorizeRequest,
    Prompt,
    ReturnAddress,
    read_authorize_request,
    read_return_address,
)
from entra_double._browser.decide import (
    TOO_OLD,
    account_in,
    accounts_of,
    dead_end,
    decide,
    let_in,
    refusal_for,
    scopes_in,
    tenant_of,
)
from entra_double._browser.decide import prove as note_proof
from entra_double._browser.picker import find_person, pick, refusal_of_stranger
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.sessions import Account
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import Parameters


def authorize(
    emulator: Emulator,
    tenant_text: str,
    parameters: Parameters,
    browser_id: str,
    *,
    version: AccessTokenVersion = 2,
) -> Outcome:
    """Answer an authorize request.

    Raises:
        Refusal: Client or redirect URI cannot be trusted, so that only a page may tell what is wrong.
    """
    back = read_return_address(emulator.directory, tenant_text, parameters, version)

    def answer() -> Outcome:
        request = read_authorize_request(emulator.directory, back, parameters, version)
        return decide(emulator, request, browser_id)

    return _told(emulator, back, parameters.get("client-request-id"), answer)


def choose_account(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Sign in the person that was chosen on the picker.

    Who is signed in already stays it, with all that was proved, unless the sign-in is asked for again or is too old.

    Raises:
        Refusal: The transaction is over (165000), or the person does not exist (50034).
    """
    request = emulator.sessions.waiting(browser_id, transaction, AuthorizeRequest)
    person = find_person(emulator.directory, request.back.tenants, object_id)
    emulator.sessions.finish(transaction)
    if refusal := refusal_of_stranger(request.back.tenants, request.back.client, person):
        return dead_end(emulator, request, person, refusal, browser_id)
    return _going_on(emulator, request, lambda: _sign_in(emulator, request, person, browser_id))


def choose_another(emulator: Emulator, transaction: str, browser_id: str, query: str = "") -> Outcome:
    """Show the picker again, with the people that `query` finds."""
    request = emulator.sessions.waiting(browser_id, transaction, AuthorizeRequest)
    return pick(emulator, request, transaction=transaction, browser_id=browser_id, query=query)


def cancel(emulator: Emulator, transaction: str, browser_id: str) -> Answered:
    """Tell the application that the person went back, or declined."""
    request = emulator.sessions.waiting(browser_id, transaction, AuthorizeRequest)
    emulator.sessions.finish(transaction)
    return refuse(emulator, request, Refusal(65004))


def accept(
    emulator: Emulator, transaction: str, object_id: str, browser_id: str, *, for_everybody: bool = False
) -> Outcome:
    """Remember the consent of somebody signed in, and let them in.

    Args:
        for_everybody: An administrator consents for the whole tenant; of others it is the person's own consent.

    Raises:
        Refusal: The transaction is over, or the person is not signed in in this browser (165000).
    """
    request, account = _account_in(emulator, transaction, object_id, browser_id)

    def go_on() -> Outcome:
        directory, client, person = emulator.directory, request.back.client, account.person
        tenant = tenant_of(directory, person)
        wanted = consent.wishes(directory, tenant, client, scopes_in(directory, request, tenant))
        may_grant = consent.is_administrator(person)
        if may_grant or not consent.needing_administrator(directory, tenant, wanted, person):
            everybody = for_everybody and may_grant
            grantor = None if everybody else person
            emulator.directory = consent.consented(directory, tenant, client, wanted, grantor)
        return let_in(emulator, request, account, browser_id, consented=True)

    return _going_on(emulator, request, go_on)


def prove(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Take the second proof of somebody signed in, and let them in.

    Raises:
        Refusal: The transaction is over, or the person is not signed in in this browser (165000).
    """
    request, account = _account_in(emulator, transaction, object_id, browser_id)
    proved = note_proof(emulator, account, browser_id, request.claims.contexts)
    return _going_on(emulator, request, lambda: let_in(emulator, request, proved, browser_id))


def return_refused(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Tell the application why the person was not let in: the way back that the service does not have.

    Who has been let in meanwhile, by a change of the directory, gets in.
    """
    request = emulator.sessions.waiting(browser_id, transaction, AuthorizeRequest)
    outcome = choose_account(emulator, transaction, object_id, browser_id)
    if not isinstance(outcome, DeadEnd):
        return outcome
    emulator.sessions.finish(outcome.transaction)
    return refuse(emulator, request, outcome.report.refusal.with_error("access_denied"), outcome.person)


def _sign_in(emulator: Emulator, request: AuthorizeRequest, person: Person, browser_id: str) -> Outcome:
    known = [account for account in accounts_of(emulator, browser_id) if account.person == person]
    is_kept = bool(known) and request.prompt is not Prompt.LOGIN and known[0].authenticated_at >= person.valid_from
    is_kept = is_kept and request.max_age is None
    if is_kept and _is_young_enough(emulator, request, known[0]):
        return let_in(emulator, request, known[0], browser_id)
    return let_in(emulator, request, emulator.sessions.sign_in(browser_id, person, emulator.now()), browser_id)


def _is_young_enough(emulator: Emulator, request: AuthorizeRequest, account: Account) -> bool:
    refusal = refusal_for(emulator, request, account)
    return refusal is None or refusal.code != TOO_OLD


def _account_in(
    emulator: Emulator, transaction: str, object_id: str, browser_id: str
) -> tuple[AuthorizeRequest, Account]:
    request = emulator.sessions.waiting(browser_id, transaction, AuthorizeRequest)
    account = account_in(emulator, browser_id, object_id)
    emulator.sessions.finish(transaction)
    return request, account


def _going_on(emulator: Emulator, request: AuthorizeRequest, go_on: Callable[[], Outcome]) -> Outcome:
    return _told(emulator, request.back, request.correlation_id, go_on)


def _told(
    emulator: Emulator, back: ReturnAddress, correlation_id: str | None, answer: Callable[[], Outcome]
) -> Outcome:
    """Give the outcome of `answer`; the application is told what it refuses."""
    try:
        return answer()
    except Refusal as refusal:
        members = emulator.report(refusal, correlation_id).as_redirect()
        return Answered(answer=Answer(back=back, members=members), refusal=refusal)
