"""The address that begins page sign-in, ``entrance/sign-in/``: with a click, or silently for a stale session."""

from __future__ import annotations

import time

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from django_entrance.conf.loading import current_settings
from django_entrance.entra.authorities import authority_of, registration_of, settings_here
from django_entrance.entra.reachable import is_reachable
from django_entrance.entra.sign_in_client import begin as begin_at_entra
from django_entrance.frontend.addresses import public_address
from django_entrance.frontend.public import public
from django_entrance.sessions.flows import Flow, has_room_to_ask, keep_flow
from django_entrance.sessions.loops import count_round, require_no_loop
from django_entrance.sessions.next_pages import page_after, sent_next
from django_entrance.sessions.pages import recheck_fields, show_button, show_failure, show_waiting
from django_entrance.sessions.proofs import Proof, proof_fields, sent_proof
from django_entrance.sessions.recheck import RESPITE, is_page_navigation
from django_entrance.sessions.record import SessionRecord, give_respite, record_here
from django_entrance.sessions.signed_out import forget_signed_out, has_signed_out
from django_entrance.verification.errors import AuthorityNotHere, Refused, SessionEnded, SignInUnavailable
from django_entrance.verification.identity import Identity

PROMPTS = frozenset({"login", "select_account", "consent", "create"})
LONGEST_HINT = 320
"""Characters; an e-mail address has no more (RFC 3696, erratum 1690)."""


@public
@never_cache
@transaction.non_atomic_requests
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to Entra (POST), or show the button that does.

    Fields: ``next``, ``authority``, ``login_hint``, ``domain_hint`` and ``prompt``. With ``SIGN_IN_ON_GET`` a page
    navigation without a user leads to Entra at once, but not after a sign-out. ``recheck`` asks Entra about the stale
    session silently, ``step_up`` for the authentication context of that name, ``asked`` for the claims kept under it.
    """
    sent = request.POST if request.method == "POST" else request.GET
    is_recheck, proof = request.method == "GET" and "recheck" in sent, sent_proof(sent)
    again = recheck_fields(sent_next(sent)) if is_recheck else proof_fields(proof, sent_next(sent))
    try:
        if is_recheck:
            return recheck(request, sent_next(sent))
        if proof is not None:
            return prove(request, sent_next(sent), proof, sent_hints(sent))
        name = chosen_authority(request, sent)
        if request.method != "POST" and not begins_on_get(request):
            return show_button(request, sent_fields(sent), is_after_sign_out=has_signed_out(request))
        if request.method != "POST":
            require_no_loop(request)
        response = begin(request, name, sent_next(sent), **sent_hints(sent))
        if has_signed_out(request):
            forget_signed_out(response)
        return response
    except Refused as refusal:
        return show_failure(request, refusal, next_page=sent_next(sent), again=again)


def begins_on_get(request: HttpRequest) -> bool:
    """Return whether the page leads to Entra at once.

    A person who is signed in came since a page refused them, and one who has just signed out shall stay so.
    """
    is_wanted = current_settings().SIGN_IN_ON_GET and is_page_navigation(request)
    return is_wanted and not request.user.is_authenticated and not has_signed_out(request)


def chosen_authority(request: HttpRequest, sent: QueryDict) -> str:
    """Return the authority that the request names, or the first that people can sign in with here.

    Raises:
        AuthorityNotHere: it names another one.
        SignInUnavailable: the authority has no credential, or none has.
    """
    usable = settings_here(request)
    named = sent.get("authority") or next((name for name, own in usable.items() if own.has_credential), "")
    if named and named not in usable:
        raise AuthorityNotHere(actual=named)
    if not named or not usable[named].has_credential:
        raise SignInUnavailable()
    return named


def sent_hints(sent: QueryDict) -> dict[str, str]:
    """Return the hints for Entra that the request has and that are of use."""
    hints = {name: sent.get(name, "") for name in ("login_hint", "domain_hint", "prompt")}
    if hints["prompt"] not in PROMPTS:
        del hints["prompt"]
    return {name: text for name, text in hints.items() if 0 < len(text) <= LONGEST_HINT and text.isprintable()}


def sent_fields(sent: QueryDict) -> dict[str, str]:
    """Return what the button's form sends."""
    fields = {"next": sent_next(sent), "authority": sent.get("authority", ""), **sent_hints(sent)}
    return {name: text for name, text in fields.items() if text}


def begin(
    request: HttpRequest,
    name: str,
    next_page: str,
    *,
    rechecks: str = "",
    ticket: str = "",
    context: str = "",
    asked: str = "",
    claims: str = "",
    **hints: str,
) -> HttpResponse:
    """Return the redirect to Entra, with the cookie that the answer needs.

    ``claims`` are those of the proof that ``context`` or ``asked`` names. The signing keys are fetched meanwhile, so
    that the answer finds them.
    """
    authority_of(name).keys.prepare()
    redirect_uri = public_address("callback", request)
    begun = begin_at_entra(name, redirect_uri, claims=claims, **hints)
    flow = Flow(
        state=begun.state,
        nonce=begun.nonce,
        verifier=begun.verifier,
        authority=name,
        bound_to=registration_of(name),
        redirect_uri=redirect_uri,
        next=next_page,
        rechecks=rechecks,
        at=int(time.time()),
        ticket=ticket,
        context=context,
        asked=asked,
    )
    response = HttpResponseRedirect(begun.address)
    keep_flow(request, response, flow)
    return response


def recheck(request: HttpRequest, next_page: str) -> HttpResponse:
    """Ask Entra silently about the stale session; while Entra is down, the session gets a respite.

    A tab of many waits for the others: the first answer is the answer for all.

    Raises:
        AuthorityNotHere: this address does not accept the authority, so its answer would be refused. The session stays.
        SignInLoop, SignInUnavailable, SignInUnanswered: it cannot be asked.
    """
    record = record_here(request)
    if record is None or not record.is_stale(time.time()):
        return HttpResponseRedirect(page_after(next_page))
    name = record.identity.authority
    if name not in settings_here(request):
        raise AuthorityNotHere(actual=name)
    require_no_loop(request)
    if not is_reachable(name):
        return respite(request, next_page)
    if not has_room_to_ask(request, record.id):
        return show_waiting(request)
    return begin(request, name, next_page, rechecks=record.id, prompt="none", **login_hint(record))


def prove(request: HttpRequest, next_page: str, proof: Proof, hints: dict[str, str]) -> HttpResponse:
    """Ask Entra for a proof of the person of the session. Where it is no longer known, its page has to ask again.

    Raises:
        SessionEnded: no session of Entra's is here that could get it.
        AuthorityNotHere: as ``recheck`` does.
        SignInLoop, SignInUnavailable, SignInUnanswered: it cannot be asked.
    """
    record = record_here(request)
    if record is None:
        raise SessionEnded()
    if proof.is_given(record.identity):
        return HttpResponseRedirect(page_after(next_page))
    name = record.identity.authority
    if name not in settings_here(request):
        raise AuthorityNotHere(actual=name)
    if request.method != "POST":
        require_no_loop(request)
    claims = proof.claims(record.id)
    if not claims:
        return lead_back(request, next_page)
    hints = {name: text for name, text in hints.items() if name == "prompt"} | login_hint(record)
    named = {"context": proof.context, "asked": proof.asked, "claims": claims}
    return begin(request, name, next_page, rechecks=record.id, **named, **hints)


def respite(request: HttpRequest, next_page: str) -> HttpResponse:
    """Let the session live on for a moment, and lead back to the page."""
    give_respite(request, RESPITE)
    return lead_back(request, next_page)


def lead_back(request: HttpRequest, next_page: str) -> HttpResponse:
    """Lead back to the page without Entra's answer, as one of few rounds."""
    response = HttpResponseRedirect(page_after(next_page))
    count_round(request, response)
    return response


def login_hint(record: SessionRecord) -> dict[str, str]:
    identity: Identity = record.identity
    hint = identity.claims.all.get("login_hint") or identity.username
    return {"login_hint": hint} if hint else {}
