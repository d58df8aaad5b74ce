"""Answers authorize requests, and what a person does on the pages that follow."""

from __future__ import annotations

from entra_local._authorize.answers import Answered, Outcome, refuse
from entra_local._authorize.decide import decide, let_in, refusal_for
from entra_local._authorize.picker import pick
from entra_local._authorize_request import Answer, AuthorizeRequest, read_authorize_request, read_return_address
from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._lookup import Parameters
from entra_local._principals import Person


def authorize(emulator: Emulator, tenant_text: str, parameters: Parameters, browser_id: str) -> Outcome:
    """Answer an authorize request.

    Raises:
        Refusal: Client or redirect URI cannot be trusted, so that only a page may tell what is wrong.
    """
    back = read_return_address(emulator.directory, tenant_text, parameters)
    try:
        request = read_authorize_request(emulator.directory, back, parameters)
        return decide(emulator, request, browser_id)
    except Refusal as refusal:
        report = emulator.report(refusal, parameters.get("client-request-id"))
        return Answered(answer=Answer(back=back, members=report.as_redirect()), refusal=refusal)


def choose_account(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Sign in the person that was chosen on the picker.

    Raises:
        Refusal: The transaction is over (165000), or the person does not exist (50034).
    """
    request = emulator.sessions.waiting(browser_id, transaction)
    person = _find_person(emulator, request, object_id)
    emulator.sessions.finish(transaction)
    return let_in(emulator, request, emulator.sessions.sign_in(browser_id, person), browser_id)


def choose_another(emulator: Emulator, transaction: str, browser_id: str) -> Outcome:
    """Show the picker again."""
    request = emulator.sessions.waiting(browser_id, transaction)
    return pick(emulator, request, transaction=transaction, browser_id=browser_id)


def cancel(emulator: Emulator, transaction: str, browser_id: str) -> Answered:
    """Tell the application that the person went back."""
    request = emulator.sessions.waiting(browser_id, transaction)
    emulator.sessions.finish(transaction)
    return refuse(emulator, request, Refusal(65004))


def return_unassigned(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Outcome:
    """Tell the application that the person is not assigned: the way back that the service does not have.

    Who has been assigned meanwhile is let in.
    """
    request = emulator.sessions.waiting(browser_id, transaction)
    person = _find_person(emulator, request, object_id)
    refusal = refusal_for(emulator, request, person)
    if refusal is None:
        return choose_account(emulator, transaction, object_id, browser_id)
    emulator.sessions.finish(transaction)
    return refuse(emulator, request, refusal.told_as("access_denied"), person)


def _find_person(emulator: Emulator, request: AuthorizeRequest, object_id: str) -> Person:
    tenant = request.back.tenant
    if person := emulator.directory.person(tenant, object_id):
        return person
    raise Refusal(50034, person=object_id, tenant=tenant.name)
