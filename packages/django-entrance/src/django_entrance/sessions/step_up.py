"""Leads a person to Microsoft for a proof that the session lacks, and writes into the session what it gave.

The proof is an authentication context of ours, or what the Conditional Access of another API asks for. A page is led
there and comes back. A form that a person sent is not lost: a page offers to keep it in the browser, and to send it
again afterwards.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers

from django_entrance.bearer.guard import refusal_page
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.entra.asked_claims import keep_claims, note_answer, was_just_answered
from django_entrance.entra.session_grants import session_id_of
from django_entrance.sessions.flows import Flow
from django_entrance.sessions.kept_forms import show_one_more_step
from django_entrance.sessions.pages import prompt_after, recheck_fields, show_failure
from django_entrance.sessions.proofs import Proof, proof_fields
from django_entrance.sessions.recheck import is_page_navigation, is_sent_form, sign_in_address
from django_entrance.sessions.record import record_here
from django_entrance.sessions.starting import is_same_person, renew_with_contexts
from django_entrance.verification.errors import (
    AuthenticationContextMissing,
    InteractionInVain,
    InteractionOfPage,
    OtherPersonRefused,
    ProofNotGiven,
    Refused,
    SessionEnded,
)
from django_entrance.verification.identity import Identity


def lead_to_proof(request: HttpRequest, refusal: Refused) -> HttpResponse | None:
    """Answer a person who can get the proof that is missing; None for all others.

    These are programs, callers with a token or another login, and people of a site without a credential for sign-in.
    """
    identity: Identity | None = getattr(request, "entra", None)
    address = sign_in_address(identity) if identity is not None and identity.door != "bearer" else ""
    is_page = is_page_navigation(request)
    if not address or not (is_page or is_sent_form(request)):
        return None
    proof = missing_proof(request, refusal)
    if proof is None:
        return None
    if proof.asked and was_just_answered(session_id_of(request), proof.asked):
        return refusal_page(request, InteractionInVain(actual=refusal.actual))
    if is_page:
        response = HttpResponseRedirect(f"{address}?{urlencode(proof_fields(proof, request.get_full_path()))}")
        add_never_cache_headers(response)
        return response
    log_refusal(request, refusal)
    return show_one_more_step(request, refusal, proof)


def missing_proof(request: HttpRequest, refusal: Refused) -> Proof | None:
    """Return the proof that helps against a refusal, or None where the person can give none.

    The claims of another API's challenge are kept for the session meanwhile: no address and no page has them.
    """
    if isinstance(refusal, AuthenticationContextMissing) and refusal.context:
        return Proof(context=refusal.context)
    if isinstance(refusal, InteractionOfPage):
        name = keep_claims(session_id_of(request), refusal.claims_request)
        return Proof(asked=name) if name else None
    return None


def add_proof(request: HttpRequest, flow: Flow, proof: Proof, identity: Identity) -> None:
    """Write into the living session what Entra says of its person now, with the proof.

    Raises:
        SessionEnded: the session was ended meanwhile, or is another one.
        OtherPersonRefused: Entra names another person. The session stays as it is.
        ProofNotGiven: Entra has let the person in without the context, or the setting no longer has it.
    """
    record = record_here(request)
    if record is None or record.id != flow.rechecks:
        raise SessionEnded()
    if not is_same_person(record.identity, identity):
        raise OtherPersonRefused(expected="the person of the session")
    if proof.context and proof.context_id not in identity.authentication_contexts:
        raise ProofNotGiven(expected=f"authentication context {proof.context}")
    renew_with_contexts(request, record, identity)
    if proof.asked:
        note_answer(record.id, proof.asked)


def show_not_proved(request: HttpRequest, flow: Flow, proof: Proof, refusal: Refused) -> HttpResponse:
    """Show why Entra gave no further proof, with a button to try again. The session goes on without it.

    Where the setting no longer has the context, the button leads back to the page, which knows what it needs now.
    """
    prompt = prompt_after(refusal) if isinstance(refusal, OtherPersonRefused) else ""
    is_known = proof.asked or proof.context_id
    again = proof_fields(proof, flow.next, prompt) if is_known else recheck_fields(flow.next)
    return show_failure(request, refusal, next_page=flow.next, authority=flow.authority, again=again)
