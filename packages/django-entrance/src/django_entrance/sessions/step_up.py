"""Leads a person whose session lacks an authentication context to Microsoft, and writes into the session what it gave.

A page is led there and comes back. A form that a person sent is not lost: a page offers to keep it in the browser, and
to send it again afterwards.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.conf.loading import authentication_context
from django_entrance.sessions.flows import Flow
from django_entrance.sessions.kept_forms import show_one_more_step
from django_entrance.sessions.pages import prompt_after, show_failure, step_up_fields
from django_entrance.sessions.recheck import is_page_navigation, is_sent_form, sign_in_address
from django_entrance.sessions.record import record_here
from django_entrance.sessions.starting import is_same_person, renew_session
from django_entrance.verification.errors import (
    AuthenticationContextMissing,
    OtherPersonRefused,
    ProofNotGiven,
    Refused,
    SessionEnded,
)
from django_entrance.verification.identity import Identity


def lead_to_proof(request: HttpRequest, refusal: Refused) -> HttpResponse | None:
    """Answer a person who can get the authentication context that is missing; None for all others.

    These are programs, callers with a token or another login, and people of a site without a credential for sign-in.
    """
    identity: Identity | None = getattr(request, "entra", None)
    if not isinstance(refusal, AuthenticationContextMissing) or not refusal.context:
        return None
    if identity is None or identity.door == "bearer":
        return None
    address = sign_in_address(identity)
    if address and is_page_navigation(request):
        fields = step_up_fields(request.get_full_path(), refusal.context)
        response = HttpResponseRedirect(f"{address}?{urlencode(fields)}")
        add_never_cache_headers(response)
        return response
    if address and is_sent_form(request):
        log_refusal(request, refusal)
        return show_one_more_step(request, refusal)
    return None


def add_proof(request: HttpRequest, flow: Flow, identity: Identity) -> None:
    """Write into the living session what Entra says of its person now, the authentication contexts with it.

    The contexts are those of this answer alone: one of before does not outlive its re-check by it.

    Raises:
        SessionEnded: the session was ended meanwhile, or is another one.
        OtherPersonRefused: Entra names another person. The session stays as it is.
        ProofNotGiven: Entra has let the person in without the context.
    """
    record = record_here(request)
    if record is None or record.id != flow.rechecks:
        raise SessionEnded()
    if not is_same_person(record.identity, identity):
        raise OtherPersonRefused(expected="the person of the session")
    if authentication_context(flow.context) not in identity.authentication_contexts:
        raise ProofNotGiven(expected=f"authentication context {flow.context}")
    renew_session(request, record, identity)


def show_not_proved(request: HttpRequest, flow: Flow, refusal: Refused) -> HttpResponse:
    """Show why Entra gave no further proof, with a button to try again. The session goes on without it."""
    is_other = isinstance(refusal, OtherPersonRefused)
    again = step_up_fields(flow.next, flow.context, prompt_after(refusal) if is_other else "")
    return show_failure(request, refusal, next_page=flow.next, authority=flow.authority, again=again)
