"""Decides what a request that may be answered comes to: the picker, a way in, or a refusal."""

from __future__ import annotations

from entra_local._authorize.answers import Answered, DeadEnd, Outcome, grant, refuse
from entra_local._authorize.picker import pick
from entra_local._authorize_request import AuthorizeRequest, Prompt
from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._principals import Person
from entra_local._rules import Attempt, refusal_of
from entra_local._sessions import Account


def decide(emulator: Emulator, request: AuthorizeRequest, browser_id: str) -> Outcome:
    accounts = emulator.sessions.accounts(browser_id)
    meant = [account for account in accounts if request.hint is None or account.answers_to(request.hint)]
    if request.prompt is Prompt.NONE:
        return _answer_silently(emulator, request, meant)
    if request.prompt is None and len(meant) == 1:
        return let_in(emulator, request, meant[0], browser_id)
    transaction = emulator.sessions.wait(browser_id, request)
    return pick(emulator, request, transaction=transaction, browser_id=browser_id)


def _answer_silently(emulator: Emulator, request: AuthorizeRequest, meant: list[Account]) -> Answered:
    if not meant:
        raise Refusal(50058)
    if len(meant) > 1:
        raise Refusal(16000)
    if refusal := refusal_for(emulator, request, meant[0].person):
        return refuse(emulator, request, refusal, meant[0].person)
    return grant(emulator, request, meant[0])


def let_in(emulator: Emulator, request: AuthorizeRequest, account: Account, browser_id: str) -> Outcome:
    refusal = refusal_for(emulator, request, account.person)
    if refusal is None:
        return grant(emulator, request, account)
    return DeadEnd(
        transaction=emulator.sessions.wait(browser_id, request),
        request=request,
        person=account.person,
        report=emulator.report(refusal, request.correlation_id),
    )


def refusal_for(emulator: Emulator, request: AuthorizeRequest, person: Person) -> Refusal | None:
    """Give the refusal that the rules have for this person; None lets them in."""
    attempt = Attempt(
        tenant_id=request.back.tenant.id,
        client=request.back.client,
        person=person,
        resources=tuple(asked.resource for asked in request.scopes.resources),
        now=emulator.now(),
    )
    return refusal_of(emulator.directory, attempt)
