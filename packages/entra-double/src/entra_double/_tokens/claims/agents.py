"""Makes the claims of agents: AI agents with an identity of their own in the tenant.

https://learn.microsoft.com/entra/agent-id/agent-token-claims
"""

from typing import Literal

from entra_double._tokens.verifying import Claims
from entra_double._world.ids import derived_id

AGENT_PARTS = ("acting", "account")
AgentPart = Literal["acting", "account"]
"""An agent's part in a person's token: it acts for the person, or the account is its own."""

# 11 is an agent identity, 13 an agent's user account; the values have no order.
_ACTOR, _ACCOUNT, _ALONE, _TENANT = "3 9 11", "9 13 3", "9 3 11", "3 9"
_MEMBER, _GUEST, _SERVICE_PRINCIPAL = "1", "5", "7 10"


def in_person_token(claims: Claims, part: AgentPart) -> Claims:
    """Give what an agent changes in a person's token."""
    if part not in AGENT_PARTS:
        raise ValueError(f"expected an agent's part of {', '.join(AGENT_PARTS)}, got {part!r}")
    relation = _GUEST if "idp" in claims else _MEMBER
    subject: Claims = {"xms_sub_fct": _ACCOUNT} if part == "account" else {}
    return {"idtyp": "user", "xms_idrel": relation, **_of_actor(claims), **subject}


def in_own_token(claims: Claims) -> Claims:
    """Give what changes in an agent's own token: `scp` is there, but empty, and `sub` is not `oid`."""
    own: Claims = {"idtyp": "app", "scp": "/", "sub": derived_id("agent", str(claims["oid"]))}
    return {**own, "xms_idrel": _SERVICE_PRINCIPAL, **_of_actor(claims), "xms_sub_fct": _ALONE}


def _of_actor(claims: Claims) -> Claims:
    """Describe the client of the token, which proves itself by a federated credential of its blueprint."""
    client, proof = ("azp", "azpacr") if "azp" in claims else ("appid", "appidacr")
    blueprint = derived_id("agent blueprint", str(claims[client]))
    return {proof: "2", "xms_act_fct": _ACTOR, "xms_tnt_fct": _TENANT, "xms_par_app_azp": blueprint}
