"""Recognises tokens of agents, which are neither people nor applications, and tells what the agent acts as."""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from django_entrance.verification.issuers import GUID

ACTOR_FACETS, SUBJECT_FACETS = "xms_act_fct", "xms_sub_fct"
"""Claims with facts about the client and the subject. The tenant's, ``xms_tnt_fct``, say nothing about the caller."""

BLUEPRINT = "xms_par_app_azp"
"""The application that an agent was created from. Only tokens of agents have it, including those without facets."""

IDENTITY, ACCOUNT = 11, 13
"""An agent identity, and an agent's own user account."""

AGENT = re.compile(r"(?<!\d)0*1([13])(?!\d)")
"""Any character other than a digit separates the values."""

Kind = Literal["on its own", "own account", "for a person", "unclear"]


class Agent(NamedTuple):
    """The agent in a token: ``agent_id`` is the client that calls; ``blueprint`` is for the log, never for a decision.

    ``acts`` is ``"on its own"`` as an application, ``"own account"`` with a user account of its own, or
    ``"for a person"``. ``"unclear"`` is what the claims leave open or contradict: it is always refused.
    """

    agent_id: str
    blueprint: str
    acts: Kind


def read_agent(claims: Mapping[str, Any], object_id: str, client_id: str, *, has_no_scope: bool) -> Agent | None:
    """Return the agent that calls, or None for a person or an application.

    ``has_no_scope`` tells that the token would be an application's own, if no agent called.
    """
    if not is_agent_token(claims):
        return None
    blueprint = str(claims.get(BLUEPRINT)).lower()
    acts = read_kind(claims, object_id, is_application=has_no_scope)
    return Agent(client_id, blueprint if GUID.fullmatch(blueprint) else "", acts)


def is_agent_token(claims: Mapping[str, Any]) -> bool:
    """Tell whether the caller is an agent: on its own, through its own user account, or on behalf of a person.

    A facet claim that cannot be read may name an agent, so it counts as one.
    Sources: Microsoft, "Token claims reference for agents", "Validate agent identity tokens in a downstream API".
    """
    return (
        BLUEPRINT in claims
        or (ACTOR_FACETS in claims and names_agent(claims[ACTOR_FACETS]))
        or (SUBJECT_FACETS in claims and names_agent(claims[SUBJECT_FACETS]))
    )


def read_kind(claims: Mapping[str, Any], object_id: str, *, is_application: bool) -> Kind:
    """Return what an agent acts as: the subject's facets say so first, and ``idtyp`` must agree with them.

    Scopes say nothing: in some tokens of each kind ``scp`` is absent, empty or "/". So an application without facets
    must be its own subject (``sub`` is ``oid``) or have ``idtyp``. Without the client's facets the subject's may be
    missing, too: then it may be an agent's account and not a person.
    """
    subject, token_type = facets_in(claims.get(SUBJECT_FACETS, "")), claims.get("idtyp", "")
    if subject is None or len(subject) > 1 or token_type not in ("", "app", "user"):
        return "unclear"
    if ACCOUNT in subject:
        return "unclear" if token_type == "app" else "own account"
    if IDENTITY in subject:
        return "unclear" if token_type == "user" else "on its own"
    if is_application:
        is_certain = token_type == "app" or str(claims["sub"]).lower() == object_id
        return "on its own" if is_certain else "unclear"
    return "for a person" if IDENTITY in (facets_in(claims.get(ACTOR_FACETS, "")) or ()) else "unclear"


def facets_in(facets: object) -> set[int] | None:
    """Return IDENTITY and ACCOUNT as far as facets have them, or None if they cannot be read."""
    values = facets if isinstance(facets, list) else [facets]
    if any(type(value) not in (str, int) for value in values):
        return None
    return {10 + int(digit) for value in values for digit in AGENT.findall(str(value))}


def names_agent(facets: object) -> bool:
    """Tell whether facets include an agent's: they are a string, a whole number, or a list of these in any order."""
    return facets_in(facets) != set()
