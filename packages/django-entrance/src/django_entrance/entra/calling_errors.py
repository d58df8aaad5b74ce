"""Makes a refusal of what Entra answers when it gives no token to call another API with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.error_codes import (
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
    InteractionRequired,
    OnBehalfExpired,
    OnBehalfMisconfigured,
    OnBehalfRefused,
)
from django_entrance.verification.identity import ANSWERS_CHALLENGES, Identity

CONSENT, EXPIRED = frozenset({"65001", "90094", "90095"}), frozenset({"50013", "500133", "50173", "50078", "54005"})
"""Codes that say that consent is missing, and that a token or refresh token is no longer good."""

EXPIRED_REFRESH = frozenset({"70008", "70043", "700082", "700084"})

WANTS_PERSON = frozenset({"basic_action", "additional_action", "user_password_expired"})
WRONG_REQUEST = WRONG_CLIENT | {"invalid_request", "invalid_scope", "unsupported_grant_type"}

LONGEST_CLAIMS = 2_000
"""Characters of a claims challenge that is passed on: it has to fit into a header."""


class Asked(NamedTuple):
    """Who asked for a token, through which settings, and for what."""

    identity: Identity
    own: AuthoritySettings
    scopes: tuple[str, ...]
    is_bearer: bool


def refusal_of_answer(answer: Mapping[str, Any], asked: Asked) -> AccessRefused | CallUnanswered:
    """Return the refusal for an error of the token endpoint. Of the answer, code and correlation id are kept."""
    error, suberror = text_of(answer, "error"), text_of(answer, "suberror")
    description = text_of(answer, "error_description")
    code = read_code(answer, description)
    if error in OUT_OF_ORDER:
        refusal: AccessRefused | CallUnanswered = CallUnanswered()
    elif code in CONSENT or "consent_required" in (error, suberror):
        refusal = consent_missing(asked)
    elif claims := text_of(answer, "claims"):
        refusal = interaction(asked.identity, claims)
    elif error in ("interaction_required", "login_required") or suberror in WANTS_PERSON:
        refusal = interaction(asked.identity, "")
    elif code in OF_SETTINGS or (code not in OF_PERSON and error in WRONG_REQUEST):
        refusal = OnBehalfMisconfigured(expected=OF_SETTINGS[code].remedy.rstrip(".") if code in OF_SETTINGS else "")
    elif code in EXPIRED | EXPIRED_REFRESH or suberror == "bad_token":
        refusal = OnBehalfExpired()
    else:
        refusal = refused(code, read_correlation_id(answer, description))
    known = error if OAUTH_ERROR.fullmatch(error) else "an error"
    correlation = read_correlation_id(answer, description)
    shown = (known, code and f"AADSTS{code}", correlation and f"correlation id {correlation}")
    refusal.actual = ", ".join(filter(None, shown))
    return refusal


def refused(code: str, correlation_id: str) -> OnBehalfRefused:
    refusal = OnBehalfRefused()
    refusal.code = f"AADSTS{code}" if code else ""
    refusal.correlation_id = correlation_id
    if code in OF_PERSON:
        sentence, remedy = OF_PERSON[code]
        refusal.own_remedy = f"{sentence}. {remedy}"
    return refusal


def consent_missing(asked: Asked) -> ConsentMissing:
    """Return a refusal that says which permission of which application is missing, and where to grant it."""
    own = asked.own
    page = f"{own.AUTHORITY_HOST}/{asked.identity.tenant_id}/adminconsent?{urlencode({'client_id': own.CLIENT_ID})}"
    return ConsentMissing(expected=f"consent to {' '.join(asked.scopes)} for the application {own.CLIENT_ID}: {page}")


def interaction(identity: Identity, claims: str) -> InteractionRequired:
    """Return the challenge for a client that answers it, else a refusal. ``claims`` is JSON."""
    can_answer = ANSWERS_CHALLENGES in identity.client_capabilities
    is_sent = can_answer and 0 < len(claims) <= LONGEST_CLAIMS
    refusal = InteractionChallenged() if is_sent else InteractionRequired()
    refusal.claims_request = claims
    return refusal


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
