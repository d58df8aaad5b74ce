"""Makes a refusal of what Entra answers when it gives no token to call another API with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.error_codes import (
    LONGEST_DESCRIPTION,
    OAUTH_ERROR,
    OF_PERSON,
    OF_SETTINGS,
    OUT_OF_ORDER,
    WRONG_CLIENT,
    read_code,
    read_correlation_id,
    text_of,
)
from django_entrance.entra.graph_faults import SHORTEST_WAIT, GraphFault, is_outage
from django_entrance.entra.http_client import WrongHost
from django_entrance.entra.sign_in_http import NoAnswer
from django_entrance.verification.errors import (
    AccessRefused,
    CallUnanswered,
    ConsentMissing,
    GraphUnanswered,
    InteractionChallenged,
    InteractionOfPage,
    InteractionRequired,
    OnBehalfExpired,
    OnBehalfMisconfigured,
    OnBehalfRefused,
)
from django_entrance.verification.identity import ANSWERS_CHALLENGES, Identity

CONSENT = frozenset({"65001", "90094", "90095"})
EXPIRED = frozenset({"50013", "500133", "50173", "70008", "70043", "700082", "700084"})
"""Codes that say that consent is missing, and that a token or refresh token is no longer good."""

WANTS_INTERACTION = frozenset({"interaction_required", "login_required"})
WANTS_PERSON = frozenset({"basic_action", "additional_action", "user_password_expired"})
WRONG_REQUEST = WRONG_CLIENT | {"invalid_request", "invalid_scope", "unsupported_grant_type"}

LONGEST_CLAIMS = 2_000
"""Characters of a claims challenge that is passed on: it has to fit into a header."""


class Told(NamedTuple):
    """What Entra says of an error."""

    error: str
    suberror: str
    code: str
    claims: str
    correlation_id: str

    def __str__(self) -> str:
        known = self.error if OAUTH_ERROR.fullmatch(self.error) else "an error"
        correlation = f"correlation id {self.correlation_id}" if self.correlation_id else ""
        return ", ".join(filter(None, (known, self.code and f"AADSTS{self.code}", correlation)))


def refusal_of_answer(
    answer: Mapping[str, Any], identity: Identity, own: AuthoritySettings, scopes: tuple[str, ...]
) -> AccessRefused | CallUnanswered:
    """Return the refusal for an error of the token endpoint. Of the answer, code and correlation id are kept.

    ``scopes`` are what ``identity`` wanted a token for, through the settings ``own``.
    """
    told = read_error(answer)
    if told.code in CONSENT or "consent_required" in (told.error, told.suberror):
        refusal: AccessRefused | CallUnanswered = consent_missing(identity, own, scopes)
    elif told.claims or told.error in WANTS_INTERACTION or told.suberror in WANTS_PERSON:
        refusal = interaction(identity, told.claims)
    else:
        refusal = refusal_by_code(told)
    refusal.actual = str(told)
    return refusal


def read_error(answer: Mapping[str, Any]) -> Told:
    error, suberror, claims = (text_of(answer, name) for name in ("error", "suberror", "claims"))
    description = text_of(answer, "error_description")[:LONGEST_DESCRIPTION]
    return Told(error, suberror, read_code(answer, description), claims, read_correlation_id(answer, description))


def refusal_by_code(told: Told) -> AccessRefused | CallUnanswered:
    if told.error in OUT_OF_ORDER:
        return CallUnanswered()
    if told.code in OF_SETTINGS:
        return OnBehalfMisconfigured(expected=OF_SETTINGS[told.code].remedy.rstrip("."))
    if told.code not in OF_PERSON and told.error in WRONG_REQUEST:
        return OnBehalfMisconfigured()
    if told.code in EXPIRED or told.suberror == "bad_token":
        return OnBehalfExpired()
    return refused(told.code, told.correlation_id)


def refused(code: str, correlation_id: str) -> OnBehalfRefused:
    refusal = OnBehalfRefused()
    refusal.code = f"AADSTS{code}" if code else ""
    refusal.correlation_id = correlation_id
    if code in OF_PERSON:
        sentence, remedy = OF_PERSON[code]
        refusal.own_remedy = f"{sentence}. {remedy}"
    return refusal


def consent_missing(identity: Identity, own: AuthoritySettings, scopes: tuple[str, ...]) -> ConsentMissing:
    """Return a refusal that says which permission of which application is missing, and where to grant it."""
    page = f"{own.AUTHORITY_HOST}/{identity.tenant_id}/adminconsent?{urlencode({'client_id': own.CLIENT_ID})}"
    return ConsentMissing(expected=f"consent to {' '.join(scopes)} for the application {own.CLIENT_ID}: {page}")


def interaction(identity: Identity, claims: str) -> InteractionRequired:
    """Return the challenge for a client that answers it, else a refusal. ``claims`` is JSON.

    A page session has no such client: its pages lead to Microsoft.
    """
    refusal = interaction_class(identity, claims)()
    refusal.claims_request = claims
    return refusal


def interaction_class(identity: Identity, claims: str) -> type[InteractionRequired]:
    if identity.door == "page":
        return InteractionOfPage
    can_answer = ANSWERS_CHALLENGES in identity.client_capabilities
    return InteractionChallenged if can_answer and 0 < len(claims) <= LONGEST_CLAIMS else InteractionRequired


def unanswered_by_graph(fault: Exception) -> GraphUnanswered:
    """Return the refusal for a call of Graph that had no usable answer."""
    is_fault = isinstance(fault, GraphFault)
    refusal = GraphUnanswered(actual=str(fault) if is_fault else type(fault).__name__)
    refusal.is_outage = is_outage(fault)
    refusal.retry_after = fault.retry_after if isinstance(fault, GraphFault) else SHORTEST_WAIT
    return refusal


def unanswered(fault: OSError) -> CallUnanswered:
    """Return the refusal for a request to Entra that had no usable answer."""
    refusal = CallUnanswered(actual=str(fault) if isinstance(fault, NoAnswer) else type(fault).__name__)
    refusal.is_outage = fault.is_outage if isinstance(fault, NoAnswer) else not isinstance(fault, WrongHost)
    if isinstance(fault, NoAnswer):
        refusal.retry_after = fault.retry_after
    return refusal
