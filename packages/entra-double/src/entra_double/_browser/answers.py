"""Makes what an authorize request ends in: a page for the person, or an answer to the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict

from entra_double._browser.authorize_request import Answer, AuthorizeRequest
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.grants import CodeGrant
from entra_double._tokens.sessions import Account
from entra_double._tokens.tokens import client_info
from entra_double._world.errors import ErrorReport, Refusal
from entra_double._world.principals import Person
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.scopes import Scopes

_HEADINGS: Mapping[int, str] = {
    50001: "This API is disabled",
    50020: "This account is not known here",
    50057: "This account is disabled",
    50079: "A second proof has to be set up first",
    50105: "You are not assigned to this application",
    500208: "This kind of account cannot be used here",
    53000: "A policy asks for another device",
    53003: "A policy blocks this sign-in",
    90094: "An administrator has to approve this",
    7000112: "This application is disabled",
}


class PageOf(TypedDict):
    """The members of a `Page`."""

    transaction: str
    action: str
    client_id: str
    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has: the transaction that it continues, where its forms go, and the application it is about."""

    transaction: str
    action: str
    client_id: str
    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One row of the account picker; `place` names the tenant where rows of several stand together."""

    person: Person
    roles: tuple[str, ...] = ()
    assigned: bool = True
    signed_in: bool = False
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPicker(Page):
    """The page on which a person chooses an account.

    Of many people only some are shown, which `is_cut` says; `query` is what was searched for.
    """

    tenant: str
    choices: tuple[Choice, ...]
    is_cut: bool
    query: str
    purpose: Literal["sign-in", "device", "admin consent"] = "sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One line of the consent page; `api` is the name of the API whose scope or app role it is."""

    api: str
    value: str
    title: str
    description: str
    needs_administrator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPage(Page):
    """The page on which a person says whether an application may act for them, or an administrator for everybody."""

    person: Person
    publisher: str
    permissions: tuple[Permission, ...]
    may_decide_for_everybody: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage(Page):
    """The page on which a person proves more than a password."""

    person: Person
    report: ErrorReport


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadEnd(Page):
    """The page that tells a person that they are not let in; the service answers nothing here."""

    person: Person
    report: ErrorReport

    @property
    def heading(self) -> str:
        return _HEADINGS.get(self.report.refusal.code, "You cannot sign in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer for the application, and what the request log says about it."""

    answer: Answer
    person: Person | None = None
    refusal: Refusal | None = None


Outcome = AccountPicker | ConsentPage | ProofPage | DeadEnd | Answered


def page_of(emulator: Emulator, request: AuthorizeRequest, browser_id: str) -> PageOf:
    """Give what the next page of a request has in common with the others, under a transaction of its own."""
    return PageOf(
        transaction=emulator.sessions.wait(browser_id, request),
        action=f"/{request.back.authority}/sign-in",
        client_id=request.back.client.client_id,
        application=request.back.client.name,
    )


def grant(emulator: Emulator, request: AuthorizeRequest, account: Account, scopes: Scopes, browser_id: str) -> Answered:
    """Answer with what was asked for; `scopes` have been permitted."""
    delegation = Delegation(
        person=account.person,
        client=request.back.client,
        session_id=account.session_id,
        openid=scopes.openid,
        authenticated_at=account.authenticated_at,
        methods=account.methods,
        contexts=account.contexts | request.claims.contexts,
        capabilities=request.claims.capabilities,
        shows_auth_time=request.max_age is not None,
    )
    members = {"code": _code(emulator, request, delegation)} if "code" in request.wants else {}
    if request.wants != {"code"}:
        members |= _tokens(emulator, request, delegation, scopes, members.get("code"))
    if request.client_info:
        members["client_info"] = client_info(account.person)
    emulator.sessions.visited(browser_id, account, request.back.client.client_id)
    members["session_state"] = account.session_id
    return Answered(answer=Answer(back=request.back, members=members), person=account.person)


def refuse(emulator: Emulator, request: AuthorizeRequest, refusal: Refusal, person: Person | None = None) -> Answered:
    report = emulator.report(refusal, request.correlation_id)
    return Answered(answer=Answer(back=request.back, members=report.as_redirect()), person=person, refusal=refusal)


def _code(emulator: Emulator, request: AuthorizeRequest, delegation: Delegation) -> str:
    return emulator.grants.issue_code(
        CodeGrant(
            delegation=delegation,
            platform=request.back.platform,
            redirect_uri=request.back.redirect_uri,
            scope=request.scopes.text,
            nonce=request.nonce,
            challenge=request.challenge,
            issued_at=emulator.now(),
        )
    )


def _tokens(
    emulator: Emulator, request: AuthorizeRequest, delegation: Delegation, scopes: Scopes, code: str | None
) -> dict[str, str]:
    """Make the tokens that come back through the browser (OpenID Connect Core 1.0, sections 3.2 and 3.3)."""
    person, members = delegation.person, {}
    if "token" in request.wants:
        asked = scopes.only()
        validity = emulator.access_validity(asked.resource, emulator.directory.tenant(person.tenant_id))
        members = {
            "access_token": emulator.issue_access_token(delegation, asked, validity, through_browser=True),
            "token_type": "Bearer",
            "expires_in": str(validity.lifetime),
            "scope": " ".join(asked.granted),
        }
    if "id_token" in request.wants:
        members["id_token"] = emulator.issue_id_token(
            delegation,
            request.nonce,
            version=request.version,
            code=code,
            access_token=members.get("access_token"),
            through_browser=True,
        )
    return members
