"""Makes what an authorize request ends in: a page for the person, or an answer to the application."""

from __future__ import annotations

from dataclasses import dataclass

from entra_local._authorize_request import Answer, AuthorizeRequest
from entra_local._delegation import Delegation
from entra_local._emulator import Emulator
from entra_local._errors import ErrorReport, Refusal
from entra_local._grants import CodeGrant
from entra_local._principals import Person
from entra_local._sessions import Account
from entra_local._tokens import client_info


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


def grant(emulator: Emulator, request: AuthorizeRequest, account: Account) -> Answered:
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


def refuse(emulator: Emulator, request: AuthorizeRequest, refusal: Refusal, person: Person | None = None) -> Answered:
    report = emulator.report(refusal, request.correlation_id)
    return Answered(answer=Answer(back=request.back, members=report.as_redirect()), person=person, refusal=refusal)
