"""Answers authorize requests: decides between a page for the person and an answer to the application."""

from __future__ import annotations

from dataclasses import dataclass

from entra_local._authorize_request import (
    Answer,
    AuthorizeRequest,
    Prompt,
    read_authorize_request,
    read_return_address,
)
from entra_local._directory import Person
from entra_local._emulator import Emulator
from entra_local._errors import ErrorReport, Refusal
from entra_local._grants import CodeGrant
from entra_local._lookup import Parameters
from entra_local._sessions import Account, is_meant
from entra_local._tokens import Delegation, client_info


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One row of the account picker."""

    person: Person
    roles: tuple[str, ...]
    assigned: bool
    signed_in: bool
    hinted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPicker:
    """The page on which a person chooses an account."""

    transaction: str
    request: AuthorizeRequest
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadEnd:
    """The page that tells a person that the application does not admit them; the service answers nothing here."""

    transaction: str
    request: AuthorizeRequest
    person: Person
    report: ErrorReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer for the application, and what the request log says about it."""

    answer: Answer
    person: Person | None = None
    refusal: Refusal | None = None


Outcome = AccountPicker | DeadEnd | Answered


def authorize(emulator: Emulator, tenant_text: str, parameters: Parameters, browser_id: str) -> Outcome:
    """Answer an authorize request.

    Raises:
        Refusal: Client or redirect URI cannot be trusted, so that only a page may tell what is wrong.
    """
    back = read_return_address(emulator.directory, tenant_text, parameters)
    try:
        request = read_authorize_request(emulator.directory, back, parameters)
        return _decide(emulator, request, browser_id)
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
    return _let_in(emulator, request, emulator.sessions.sign_in(browser_id, person), browser_id)


def choose_another(emulator: Emulator, transaction: str, browser_id: str) -> Outcome:
    """Show the picker again."""
    request = emulator.sessions.waiting(browser_id, transaction)
    return _pick(emulator, request, transaction=transaction, browser_id=browser_id)


def cancel(emulator: Emulator, transaction: str, browser_id: str) -> Answered:
    """Tell the application that the person went back."""
    request = emulator.sessions.waiting(browser_id, transaction)
    emulator.sessions.finish(transaction)
    return _refuse(emulator, request, Refusal(65004))


def return_unassigned(emulator: Emulator, transaction: str, object_id: str, browser_id: str) -> Answered:
    """Tell the application that the person is not assigned: the way back that the service does not have."""
    request = emulator.sessions.waiting(browser_id, transaction)
    person = _find_person(emulator, request, object_id)
    emulator.sessions.finish(transaction)
    return _refuse(emulator, request, _not_assigned(request, person, error="access_denied"), person)


def _decide(emulator: Emulator, request: AuthorizeRequest, browser_id: str) -> Outcome:
    accounts = emulator.sessions.accounts(browser_id)
    meant = [account for account in accounts if request.hint is None or account.answers_to(request.hint)]
    if request.prompt is Prompt.NONE:
        return _answer_silently(emulator, request, meant)
    if request.prompt is None and len(meant) == 1:
        return _let_in(emulator, request, meant[0], browser_id)
    transaction = emulator.sessions.wait(browser_id, request)
    return _pick(emulator, request, transaction=transaction, browser_id=browser_id)


def _answer_silently(emulator: Emulator, request: AuthorizeRequest, meant: list[Account]) -> Answered:
    if not meant:
        raise Refusal(50058)
    if len(meant) > 1:
        raise Refusal(16000)
    if not _may_enter(emulator, request, meant[0].person):
        return _refuse(emulator, request, _not_assigned(request, meant[0].person), meant[0].person)
    return _grant(emulator, request, meant[0])


def _let_in(emulator: Emulator, request: AuthorizeRequest, account: Account, browser_id: str) -> Outcome:
    if _may_enter(emulator, request, account.person):
        return _grant(emulator, request, account)
    return DeadEnd(
        transaction=emulator.sessions.wait(browser_id, request),
        request=request,
        person=account.person,
        report=emulator.report(_not_assigned(request, account.person), request.correlation_id),
    )


def _grant(emulator: Emulator, request: AuthorizeRequest, account: Account) -> Answered:
    back, person = request.back, account.person
    code = emulator.grants.issue_code(
        CodeGrant(
            delegation=Delegation(
                person=person, client=back.client, session_id=account.session_id, openid=request.scopes.openid
            ),
            platform=back.platform,
            redirect_uri=back.redirect_uri,
            scope=request.scopes.text,
            nonce=request.nonce,
            challenge=request.challenge,
            issued_at=emulator.now(),
        )
    )
    info = {"client_info": client_info(person)} if request.client_info else {}
    members = {"code": code, **info, "session_state": account.session_id}
    return Answered(answer=Answer(back=back, members=members), person=person)


def _refuse(emulator: Emulator, request: AuthorizeRequest, refusal: Refusal, person: Person | None = None) -> Answered:
    report = emulator.report(refusal, request.correlation_id)
    return Answered(answer=Answer(back=request.back, members=report.as_redirect()), person=person, refusal=refusal)


def _pick(emulator: Emulator, request: AuthorizeRequest, *, transaction: str, browser_id: str) -> AccountPicker:
    signed_in = {account.person.object_id for account in emulator.sessions.accounts(browser_id)}
    choices = [
        Choice(
            person=person,
            roles=_roles(emulator, request, person),
            assigned=_may_enter(emulator, request, person),
            signed_in=person.object_id in signed_in,
            hinted=request.hint is not None and is_meant(person, request.hint),
        )
        for person in emulator.directory.people_of(request.back.tenant)
    ]
    choices.sort(key=lambda choice: (not choice.hinted, not choice.signed_in))
    return AccountPicker(transaction=transaction, request=request, choices=tuple(choices))


def _roles(emulator: Emulator, request: AuthorizeRequest, person: Person) -> tuple[str, ...]:
    directory = emulator.directory
    return tuple(role for asked in request.scopes.resources for role in directory.roles_of(person, asked.resource))


def _may_enter(emulator: Emulator, request: AuthorizeRequest, person: Person) -> bool:
    return all(emulator.directory.may_enter(person, asked.resource) for asked in request.scopes.resources)


def _not_assigned(request: AuthorizeRequest, person: Person, *, error: str | None = None) -> Refusal:
    names = " and ".join(asked.resource.name for asked in request.scopes.resources)
    return Refusal(50105, error=error, person=person.username, resource=names)


def _find_person(emulator: Emulator, request: AuthorizeRequest, object_id: str) -> Person:
    tenant = request.back.tenant
    if person := emulator.directory.person(tenant, object_id):
        return person
    raise Refusal(50034, person=object_id, tenant=tenant.name)
