"""Answers authorize requests, and the forms of the pages that follow."""

from __future__ import annotations

from collections.abc import Callable

from entra_double._browser.authorize.decide import Outcome, decide, let_in, refusal_for, scopes_in
from entra_double._browser.authorize.request import (
    AuthorizeRequest,
    Prompt,
    read_authorize_request,
    read_return_address,
)
from entra_double._browser.browser import TOO_OLD, Browser
from entra_double._browser.consent import consent_of, is_administrator
from entra_double._browser.pages import Answered, DeadEnd, ReturnAddress, refuse, turn_away
from entra_double._browser.picker import answer_forms
from entra_double._tokens.memory.sessions import Account
from entra_double._world.errors import Refusal
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import Parameters


def authorize(
    browser: Browser, tenant_text: str, parameters: Parameters, *, version: AccessTokenVersion = 2
) -> Outcome:
    """Answer an authorize request; only an untrusted client or redirect URI is refused on a page."""
    back = read_return_address(browser.directory, tenant_text, parameters, version)

    def answer() -> Outcome:
        return decide(browser, read_authorize_request(browser.directory, back, parameters, version))

    return _or_refuse(browser, back, answer)


def _choose(browser: Browser, form: Parameters) -> Outcome:
    """Sign in the person that was chosen; one who is signed in stays so, unless the sign-in is too old."""
    request, person = browser.choose(form, AuthorizeRequest)
    if refusal := request.refusal_of_account(person):
        return turn_away(browser, request, person, refusal)

    def sign_in() -> Outcome:
        known = next((account for account in browser.accounts() if account.person == person), None)
        account = known if known and _counts(browser, request, known) else browser.sign_in(person)
        return let_in(browser, request, account)

    return _or_refuse(browser, request, sign_in)


def _counts(browser: Browser, request: AuthorizeRequest, account: Account) -> bool:
    """Say whether an earlier sign-in will do."""
    if request.prompt is Prompt.LOGIN or request.max_age is not None:
        return False
    if account.authenticated_at < account.person.valid_from:
        return False
    refusal = refusal_for(browser, request, account)
    return refusal is None or refusal.code != TOO_OLD


def _cancel(browser: Browser, form: Parameters) -> Answered:
    """Tell the application that the person went back, or declined."""
    return refuse(browser, browser.end(form, AuthorizeRequest), Refusal(65004))


def _accept(browser: Browser, form: Parameters) -> Outcome:
    """Remember the consent, an administrator's for the whole tenant if they say so, and let the person in."""
    request, account = browser.confirm(form, AuthorizeRequest)

    def accept() -> Outcome:
        person, consent = account.person, consent_of(browser, request, account.person)
        wanted = consent.wanted(scopes_in(consent, request))
        if is_administrator(person) or not consent.needing_administrator(wanted, person):
            is_for_all = "everybody" in form and is_administrator(person)
            browser.emulator.directory = consent.given(wanted, None if is_for_all else person)
        return let_in(browser, request, account, consented=True)

    return _or_refuse(browser, request, accept)


def _prove(browser: Browser, form: Parameters) -> Outcome:
    """Take the second proof of a signed-in person, and let them in."""
    request, account = browser.confirm(form, AuthorizeRequest)
    proved = browser.prove(account, request.claims.contexts)
    return _or_refuse(browser, request, lambda: let_in(browser, request, proved))


def _return_refused(browser: Browser, form: Parameters) -> Outcome:
    """Tell the application why the person was not let in, which the service does not do; or let them in by now."""
    request, outcome = browser.waiting(form, AuthorizeRequest), _choose(browser, form)
    if not isinstance(outcome, DeadEnd):
        return outcome
    browser.emulator.sessions.finish(outcome.transaction)
    return refuse(browser, request, outcome.refusal.with_error("access_denied"), outcome.person)


go_on = answer_forms(
    AuthorizeRequest, _cancel, {None: _choose, "return": _return_refused, "consent": _accept, "prove": _prove}
)


def _or_refuse(browser: Browser, back: ReturnAddress, go_on: Callable[[], Outcome]) -> Outcome:
    """Give an outcome; a refusal becomes an answer to the application."""
    try:
        return go_on()
    except Refusal as refusal:
        return refuse(browser, back, refusal)
