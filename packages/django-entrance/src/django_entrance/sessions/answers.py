"""Turns Entra's answer to a sign-in into an identity: checks it, redeems its code, has the ID token verified."""

from __future__ import annotations

import time

from django.http import HttpRequest, QueryDict
from django.views.decorators.debug import sensitive_variables

from django_entrance.entra.authorities import authority_of, settings_here
from django_entrance.entra.error_codes import refusal_of
from django_entrance.entra.session_grants import note_page_grant
from django_entrance.entra.sign_in_client import nonce_at_entra, redeem, sends_issuer
from django_entrance.sessions.flows import Flow
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import (
    AuthorityNotHere,
    SignInIssuerRefused,
    SignInMalformed,
    SignInUnanswered,
)
from django_entrance.verification.identify import identify_id_token
from django_entrance.verification.identity import Identity
from django_entrance.verification.metadata.fetch import DOCUMENT_TIMEOUT

LONGEST_CODE = 8_000

LONGEST = 2 * DOCUMENT_TIMEOUT
"""Seconds until an answer has an identity, or is refused."""


def one(sent: QueryDict, name: str) -> str:
    """Return a member of an answer, or an empty text if it is not there.

    Raises:
        SignInMalformed: it is there twice (RFC 6749 section 3.1).
    """
    texts = sent.getlist(name)
    if len(texts) > 1:
        raise SignInMalformed(expected=f"{name} once")
    return str(texts[0]) if texts else ""


@sensitive_variables()
def identify_answer(request: HttpRequest, flow: Flow, sent: QueryDict) -> Identity:
    """Return who signed in, at most ``LONGEST`` seconds later.

    The keys are fetched while the code is redeemed, which takes at most two requests of ``DOCUMENT_TIMEOUT`` seconds.

    Raises:
        Refused: the answer is an error, or another authority's; Entra does not redeem the code; the ID token is bad.
    """
    until = time.monotonic() + LONGEST
    authority = find_authority(request, flow)
    authority.keys.prepare()
    check_issuer(one(sent, "iss"), authority)
    if one(sent, "error"):
        raise refusal_of({name: one(sent, name) for name in ("error", "error_description")})
    code = one(sent, "code")
    if not 0 < len(code) <= LONGEST_CODE or not (code.isascii() and code.isprintable()):
        raise SignInMalformed(expected="a code")
    answer = redeem(
        flow.authority,
        state=flow.state,
        nonce=flow.nonce,
        verifier=flow.verifier,
        redirect_uri=flow.redirect_uri,
        code=code,
    )
    if "error" in answer:
        raise refusal_of(answer)
    id_token = answer.get("id_token")
    if not isinstance(id_token, str):
        raise SignInUnanswered(expected="an ID token", actual="an answer without one")
    identity = identify_id_token(id_token, authority, nonce=nonce_at_entra(flow.nonce), until=until)
    note_page_grant(request, answer.get("refresh_token"))
    return identity


def find_authority(request: HttpRequest, flow: Flow) -> Authority:
    """Return the authority that the sign-in was begun at.

    Raises:
        AuthorityNotHere: this address no longer accepts it.
    """
    if flow.authority not in settings_here(request):
        raise AuthorityNotHere(actual=flow.authority)
    return authority_of(flow.authority)


def check_issuer(issuer: str, authority: Authority) -> None:
    """Check that the answer names the authority (RFC 9207 section 2.4). Entra itself leaves ``iss`` out.

    Raises:
        SignInIssuerRefused: it names another one, or none though the authority says that it does.
        AuthorityUnreachable: the tenant is configured by its domain, and its GUID is not known yet.
    """
    if not issuer and not sends_issuer(authority.name):
        return
    if issuer not in authority.issuers and authority.form_of(issuer) is None:
        raise SignInIssuerRefused(expected="the issuer of the authority", actual=issuer)
