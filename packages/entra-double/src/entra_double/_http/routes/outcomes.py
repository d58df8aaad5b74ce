"""Shows what an authorize request, or a choice on one of its pages, has come to."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from entra_double._browser.answers import AccountPicker, Answered, ConsentPage, DeadEnd, Outcome
from entra_double._browser.authorize_request import Answer, ResponseMode
from entra_double._browser.pages import page
from entra_double._http.request_log import entry_of


def show(request: Request, outcome: Outcome) -> Response:
    entry = entry_of(request)
    if isinstance(outcome, Answered):
        entry.client_id = outcome.answer.back.client.client_id
        entry.person = outcome.person.username if outcome.person else None
        entry.aadsts = outcome.refusal.code if outcome.refusal else None
        return _send_back(outcome.answer)
    entry.client_id = outcome.client_id
    if isinstance(outcome, AccountPicker):
        return page("sign_in", picker=outcome)
    entry.person = outcome.person.username
    if isinstance(outcome, ConsentPage):
        return page("consent", consent=outcome)
    entry.aadsts = outcome.report.refusal.code
    if isinstance(outcome, DeadEnd):
        return page("error", report=outcome.report, dead_end=outcome)
    return page("prove", proof=outcome)


def _send_back(answer: Answer) -> Response:
    if answer.back.mode is ResponseMode.FORM_POST:
        return page("form_post", client=answer.back.client.name, action=answer.back.redirect_uri, fields=answer.fields)
    return RedirectResponse(answer.address, 302, headers={"Cache-Control": "no-store"})
