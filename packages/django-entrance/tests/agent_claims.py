"""The claims of agents' tokens, as Microsoft's pages describe the three kinds, and what an authority makes of them."""

from typing import Any

from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import Refused
from django_entrance.verification.identify import identify
from scripted import NOW, Json, claims_v1, claims_v2, token

AGENT = "a9e00000-0000-4000-8000-00000000000a"
AGENT_SUBJECT = "5b0b0000-0000-4000-8000-00000000000b"
BLUEPRINT = "b1ee0000-0000-4000-8000-00000000000c"

ON_ITS_OWN: Json = {"oid": AGENT, "sub": AGENT_SUBJECT, "xms_act_fct": "3 9 11", "xms_sub_fct": "9 3 11"}
WITH_AN_ACCOUNT: Json = {"xms_act_fct": "11", "xms_sub_fct": "1 13"}
FOR_A_PERSON: Json = {"xms_act_fct": "11"}

#: What Microsoft's pages say of each kind: the facets, and what ``idtyp`` is where it is configured.
KINDS = {
    "on its own": (ON_ITS_OWN, "app"),
    "through an account of its own": (WITH_AN_ACCOUNT, "user"),
    "for a person": (FOR_A_PERSON, "user"),
}


def claims(version: str, **changes: Any) -> Json:
    """Claims that came through an agent, or through the client in ``azp``."""
    made = claims_v1 if version == "1.0" else claims_v2
    client = changes.pop("client", AGENT)
    return made(**{"appid" if version == "1.0" else "azp": client} | changes)


def reason(authority: Authority, claims: Json) -> str:
    try:
        identity = identify(token(claims), [authority], now=NOW)
    except Refused as refusal:
        return f"{refusal.status} {refusal.reason}"
    assert identity is not None
    return "an application" if identity.is_application else "a person"
