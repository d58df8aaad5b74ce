"""Tells the tokens of agents from those of people and applications."""

import re
from collections.abc import Mapping
from typing import Any

ACTOR_FACETS, SUBJECT_FACETS = "xms_act_fct", "xms_sub_fct"
"""Claims with facts about the client and the subject; that of the tenant, xms_tnt_fct, tells nothing of the caller."""

BLUEPRINT = "xms_par_app_azp"
"""The application that an agent was made from. Only tokens of agents have it, also those without facets."""

#: 11 is an agent identity, 13 an agent's own user account; whatever stands around them parts the values.
AGENT = re.compile(r"(?<!\d)0*1[13](?!\d)")


def is_of_agent(claims: Mapping[str, Any]) -> bool:
    """Tell whether an agent calls: on its own, through a user account of its own, or for a person.

    A facet claim that cannot be read may name an agent, so it counts as one.
    Sources: Microsoft, "Token claims reference for agents", "Validate agent identity tokens in a downstream API".
    """
    return (
        BLUEPRINT in claims
        or (ACTOR_FACETS in claims and names_agent(claims[ACTOR_FACETS]))
        or (SUBJECT_FACETS in claims and names_agent(claims[SUBJECT_FACETS]))
    )


def names_agent(facets: object) -> bool:
    """Look for an agent's facet: in one text or whole number, or in a list of them, in no order."""
    values = facets if isinstance(facets, list) else [facets]
    return any(type(value) not in (str, int) or AGENT.search(str(value)) is not None for value in values)
