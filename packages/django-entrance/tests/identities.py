"""Makes identities of people, verified from tokens of the scripted authority."""

from typing import Any

from agent_claims import AGENT, FOR_A_PERSON
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from scripted import K1, Json, ScriptedAuthority, claims_v2, token, trust


def person(**changes: Any) -> Identity:
    return identity_of(claims_v2(**changes))


def person_through_agent(**changes: Any) -> Identity:
    """Return the identity of a token that an agent has asked for, for the person."""
    return identity_of(
        claims_v2(**{"azp": AGENT} | FOR_A_PERSON | changes), allow_agents=[AGENT], allowed_clients=[AGENT]
    )


def identity_of(claims: Json, **trusted: Any) -> Identity:
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]), **trusted)
    identity = identify(token(claims), [authority], now=claims["iat"])
    assert identity is not None
    return identity
