"""Recognises tokens of agents, which are neither people nor applications."""

import re
from collections.abc import Mapping
from typing import Any

ACTOR_FACETS, SUBJECT_FACETS = "xms_act_fct", "xms_sub_fct"
"""Claims with facts about the client and the subject. The tenant's, ``xms_tnt_fct``, say nothing about the caller."""

BLUEPRINT = "xms_par_app_azp"
"""The application that an agent was created from. Only tokens of agents have it, including those without facets."""

AGENT = re.compile(r"(?<!\d)0*1[13](?!\d)")
"""11 is an agent identity, 13 an agent's own user account. Any other character separates the values."""


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


def names_agent(facets: object) -> bool:
    """Tell whether facets include an agent's: they are a string, a whole number, or a list of these in any order."""
    values = facets if isinstance(facets, list) else [facets]
    return any(type(value) not in (str, int) or AGENT.search(str(value)) is not None for value in values)
