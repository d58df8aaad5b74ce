"""Answers the userinfo endpoint, which takes Microsoft Graph's tokens.

https://learn.microsoft.com/entra/identity-platform/userinfo
"""

from __future__ import annotations

from entra_double._graph.caller import read_caller
from entra_double._graph.errors import denied
from entra_double._tokens.claims.person import subject_for
from entra_double._tokens.emulator import Emulator


def userinfo(emulator: Emulator, authorization: str | None, *, origin: str, is_v1: bool) -> dict[str, str]:
    """Give what the token's scopes allow; `sub` is the one of the client's ID tokens.

    `origin` is the scheme and host that was asked. The endpoint of v1.0 gives `oid` and `upn` besides.

    Raises:
        GraphError: The token is no good (401), or has no scope `openid` (403).
    """
    caller = read_caller(emulator, authorization)
    client = emulator.directory.application(caller.tenant, caller.client_id)
    if caller.person is None or client is None or not caller.has("openid"):
        raise denied()
    person = caller.person
    claims = {"sub": subject_for(person, client)}
    if is_v1:
        claims |= {"oid": person.object_id, "upn": person.user_principal_name}
    if caller.has("profile"):
        claims |= {
            "name": person.name,
            "family_name": person.family_name,
            "given_name": person.given_name,
            "picture": f"{origin}/v1.0/me/photo/$value",
        }
    return claims | ({"email": person.address} if caller.has("email") else {})
