"""Describes what a request in a browser ends in, a page or an answer to the application, and renders it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from entra_double._browser.browser import ONE_MORE_PROOF, Browser, PendingRequest
from entra_double._world.errors import ErrorReport, Refusal
from entra_double._world.principals import Person
from entra_double._world.registration import Platform

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
STATIC = _TEMPLATES / "static"

# No form-action: browsers apply it to the redirect that follows a form too, and that leads to the application.
_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
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
_NO_PATH = re.compile(r"^(https?://[^/?#]+)(?=[?#]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One row of the account picker; `place` names the tenant where rows of several stand together."""

    person: Person
    roles: tuple[str, ...] = ()
    assigned: bool = True
    signed_in: bool = False
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One line of the consent page; a scope or app role of the API of that name."""

    api: str
    value: str
    title: str
    description: str
    needs_administrator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a template, with the request that it is about; its forms continue the `transaction`."""

    template: str
    request: PendingRequest | None = None
    transaction: str = ""
    person: Person | None = None
    refusal: Refusal | None = None

    @property
    def client_id(self) -> str | None:
        return self.request.client.client_id if self.request else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPicker(Page):
    """The page on which a person chooses an account; `is_cut` when there are more people than `choices`."""

    template: str = "sign_in"
    tenant: str
    choices: tuple[Choice, ...]
    is_cut: bool
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPage(Page):
    """The page on which a person consents for themselves, or an administrator for all people of the tenant."""

    person: Person
    publisher: str
    permissions: tuple[Permission, ...]
    may_decide_for_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadEnd(Page):
    """The page that tells a person why they are not let in; the service answers nothing here."""

    template: str = "error"
    person: Person
    refusal: Refusal
    report: ErrorReport

    @property
    def heading(self) -> str:
        return _HEADINGS.get(self.refusal.code, "You cannot sign in")


class ResponseMode(StrEnum):
    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress(PendingRequest):
    """A request with the address that its answer goes to, which the application has registered."""

    redirect_uri: str
    platform: Platform
    mode: ResponseMode
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer for the application."""

    back: ReturnAddress
    members: dict[str, str]
    person: Person | None = None
    refusal: Refusal | None = None

    @property
    def client_id(self) -> str | None:
        return self.back.client.client_id

    @property
    def fields(self) -> dict[str, str]:
        """Give the members with `state`, exactly as it came."""
        state = self.back.state
        return self.members | ({} if state is None else {"state": state})

    @property
    def address(self) -> str:
        """Give the address for the modes query and fragment; like the service, add the path `/` to one without a path.

        https://learn.microsoft.com/entra/identity-platform/reply-url
        """
        uri, mark = _NO_PATH.sub(r"\1/", self.back.redirect_uri), "#"
        if self.back.mode is not ResponseMode.FRAGMENT:
            mark = "&" if "?" in uri else "?"
        return f"{uri}{mark}{urlencode(self.fields)}"


def turn_away(browser: Browser, request: PendingRequest, person: Person, refusal: Refusal) -> Page:
    """Ask for a second proof if that is what is missing; otherwise tell the person why they are not let in."""
    transaction = browser.wait(request)
    if refusal.code == ONE_MORE_PROOF:
        return Page(template="prove", request=request, transaction=transaction, person=person, refusal=refusal)
    report = browser.emulator.report(refusal, request.correlation_id)
    return DeadEnd(request=request, transaction=transaction, person=person, refusal=refusal, report=report)


def refuse(browser: Browser, back: ReturnAddress, refusal: Refusal, person: Person | None = None) -> Answered:
    members = browser.emulator.report(refusal, back.correlation_id).as_redirect()
    return Answered(back=back, members=members, person=person, refusal=refusal)


@cache
def _templates() -> Environment:
    """Prepare the pages when the first is shown: tests without a browser need none."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, frames: tuple[str, ...] = (), **context: object) -> HTMLResponse:
    """Render a template with escaped values; `frames` are origins that it may show, without spaces and semicolons."""
    policy = f"{_POLICY}; frame-src {' '.join(frames)}" if frames else _POLICY
    html = _templates().get_template(f"{template}.html").render(context)
    return HTMLResponse(html, status_code=status, headers=_HEADERS | {"Content-Security-Policy": policy})


def render(outcome: Page | Answered) -> Response:
    if isinstance(outcome, Page):
        return page(outcome.template, view=outcome)
    if outcome.back.mode is ResponseMode.FORM_POST:
        return page("form_post", answer=outcome)
    return RedirectResponse(outcome.address, 302, headers={"Cache-Control": "no-store"})
