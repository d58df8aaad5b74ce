"""The address of Entra's answers, ``entrance/callback/``: the code becomes an ID token, and this a session."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from django_entrance.accounts.used_once import forget_used, use_once, was_used
from django_entrance.entra.reachable import answers_codes, remember_down
from django_entrance.frontend.public import public
from django_entrance.sessions.answers import identify_answer, one
from django_entrance.sessions.connecting import connect_person, show_not_connected
from django_entrance.sessions.flows import SALT, Flow, drop_flow, find_flow, has_flow
from django_entrance.sessions.loops import count_round
from django_entrance.sessions.next_pages import page_after
from django_entrance.sessions.pages import recheck_fields, show_failure, show_once_more
from django_entrance.sessions.record import SessionRecord, record_here
from django_entrance.sessions.sign_in import respite
from django_entrance.sessions.starting import is_same_person, renew_session, start_session
from django_entrance.sessions.step_up import add_proof, show_not_proved
from django_entrance.verification.errors import (
    AuthorityNotHere,
    AuthorityUnreachable,
    GraphUnreachable,
    Refused,
    SessionEnded,
    SignInDenied,
    SignInRefused,
    SignInStateRefused,
    SignInUnanswered,
    SignInUsed,
)
from django_entrance.verification.identity import Identity


@public
@csrf_exempt  # the state binds the answer to the browser
@never_cache
@sensitive_post_parameters("code")
@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """Sign the person of Entra's answer in, and lead to the page that the sign-in was begun for.

    An answer that cannot bring our cookies is sent once more from this site.
    """
    sent = request.POST if request.method == "POST" else request.GET
    try:
        state = one(sent, "state")
        if "resubmitted" not in sent and lacks_own_cookies(request, state):
            return show_once_more(request, sent)
        flow = find_new_flow(request, state)
    except SignInRefused as refusal:
        return show_failure(request, refusal)
    response = complete(request, flow, sent)
    drop_flow(request, response, flow.state)
    return response


def find_new_flow(request: HttpRequest, state: str) -> Flow:
    """Return the flow that an answer belongs to.

    Raises:
        SignInUsed: the answer was used before, so that its cookie is gone: its page was loaded again.
        SignInStateRefused: as ``find_flow`` does.
    """
    try:
        return find_flow(request, state)
    except SignInStateRefused:
        if was_used(SALT, state):
            raise SignInUsed() from None
        raise


def lacks_own_cookies(request: HttpRequest, state: str) -> bool:
    """Return whether the browser held our cookies back, since another site leads here (RFC 6265bis section 5.2).

    A form (``form_post``) brings none of them; with ``SESSION_COOKIE_SAMESITE = "Strict"`` a link brings no session.
    """
    is_held_back = request.method == "POST" and not has_flow(request, state)
    return is_held_back or str(settings.SESSION_COOKIE_SAMESITE).lower() == "strict"  # Django takes either case


def complete(request: HttpRequest, flow: Flow, sent: QueryDict) -> HttpResponse:
    try:
        if not use_once(SALT, flow.state):
            raise SignInUsed()
        forget_used()
        identity = identify_answer(request, flow, sent)
        if flow.proof is not None:
            add_proof(request, flow, flow.proof, identity)
        elif flow.rechecks:
            renew_session(request, rechecked_session(request, flow, identity), identity)
        elif flow.ticket:
            connect_person(request, flow, identity)
        else:
            start_session(request, identity)
    except Refused as refusal:
        broken_off = refusal.with_traceback(None)
    else:
        response = HttpResponseRedirect(page_after(flow.next))
        count_round(request, response)
        return response
    if flow.proof is not None:
        return show_not_proved(request, flow, flow.proof, broken_off)
    if flow.rechecks:
        return end_recheck(request, flow, broken_off)
    if flow.ticket:
        return show_not_connected(request, flow, broken_off)
    return show_failure(request, broken_off, next_page=flow.next, authority=flow.authority)


def rechecked_session(request: HttpRequest, flow: Flow, identity: Identity) -> SessionRecord:
    """Return the session that a silent re-check asked about, if it names its person: all else takes a click.

    Raises:
        SessionEnded: the session was ended meanwhile, or is another one.
        SignInDenied: Entra names another person.
    """
    record = rechecked_record(request, flow)
    if record is None:
        raise SessionEnded()
    if not is_same_person(record.identity, identity):
        raise SignInDenied(expected="the person of the session")
    return record


def rechecked_record(request: HttpRequest, flow: Flow) -> SessionRecord | None:
    """Return the record of the session that the sign-in asks about, as long as that is the browser's."""
    record = record_here(request)
    return record if record is not None and record.id == flow.rechecks else None


def end_recheck(request: HttpRequest, flow: Flow, refusal: Refused) -> HttpResponse:
    """Answer a silent re-check that failed: an outage gives a respite, a refusal of the person ends the session.

    All else leaves it stale: what the browser tells of an outage, throttling, a crowd, our own settings.
    """
    found = record_here(request)
    if found is not None and not found.is_stale(time.time()):
        return HttpResponseRedirect(page_after(flow.next))
    record = rechecked_record(request, flow)
    if record is not None and is_outage(refusal, flow.authority):
        return respite(request, flow.next)
    if record is not None and is_about_person(refusal):
        logout(request)
        record, refusal = None, as_ended(refusal)
    again = None if record is None else recheck_fields(flow.next)
    return show_failure(request, refusal, next_page=flow.next, authority=flow.authority, again=again)


def is_outage(refusal: Refused, authority: str) -> bool:
    """Return whether Entra or Graph is down, by questions of our own; note it of Entra for the sessions of all.

    Where a code was not answered, the authority is asked without it: the browser may have made the code up.
    """
    if not isinstance(refusal, AuthorityUnreachable) or not refusal.is_outage:
        return False
    if isinstance(refusal, GraphUnreachable):
        return True
    if isinstance(refusal, SignInUnanswered) and answers_codes(authority):
        return False
    remember_down(authority)
    return True


def is_about_person(refusal: Refused) -> bool:
    """Return whether Entra or this site refused the person, rather than the answer, the address or the settings.

    A person whose groups Graph does not tell is let in by no door (``accounts.grants``), so not by a session either.
    """
    if isinstance(refusal, AuthorityUnreachable):
        return isinstance(refusal, GraphUnreachable) and refusal.is_about_person
    return isinstance(refusal, SignInDenied) or not isinstance(refusal, (SignInRefused, AuthorityNotHere))


def as_ended(refusal: Refused) -> Refused:
    """Return why the session has ended, with Entra's code."""
    if not isinstance(refusal, SignInDenied):
        return refusal
    ended = SessionEnded(actual=refusal.actual)
    ended.code, ended.correlation_id = refusal.code, refusal.correlation_id
    return ended
