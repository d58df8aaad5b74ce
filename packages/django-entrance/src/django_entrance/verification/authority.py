"""Says who is trusted, fixed by settings before any token arrives."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django_entrance.verification.keys import Fetch, SigningKeys
from django_entrance.verification.unverified import UnverifiedToken

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

#: Issuers of v1.0 tokens by login host; every other host is treated like the public cloud.
V1_ISSUER_HOSTS = {"https://login.partner.microsoftonline.cn": "https://sts.chinacloudapi.cn"}
PUBLIC_V1_ISSUER_HOST = "https://sts.windows.net"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One tenant at one address, and what we accept from it. All ids are lower case.

    ``issuers`` maps the exact ``iss`` text to the token version it stands for, ``"1.0"`` or ``"2.0"``.
    ``allowed_clients`` None means every client; ``required_scopes`` empty means any scope at all.
    """

    tenant_id: str
    issuers: Mapping[str, str]
    key_issuer: str
    audiences: frozenset[str]
    client_ids: frozenset[str]
    allowed_clients: frozenset[str] | None
    required_scopes: frozenset[str]
    leeway: int
    keys: SigningKeys


def single_tenant(
    *,
    host: str,
    tenant_id: str,
    client_id: str,
    spa_client_id: str | None,
    audiences: Iterable[str],
    allowed_clients: frozenset[str] | None,
    required_scopes: frozenset[str],
    leeway: int,
    fetch: Fetch,
) -> Authority:
    """Return the authority of one tenant; its issuers are computed, never read from a token or a document.

    Sources: Microsoft, access tokens, "Token formats" and "Validate the issuer".
    """
    v1_issuer = f"{V1_ISSUER_HOSTS.get(host, PUBLIC_V1_ISSUER_HOST)}/{tenant_id}/"
    v2_issuer = f"{host}/{tenant_id}/v2.0"
    return Authority(
        tenant_id=tenant_id,
        issuers={v1_issuer: "1.0", v2_issuer: "2.0"},
        key_issuer=v2_issuer,
        audiences=frozenset({client_id, f"api://{client_id}", *audiences}),
        client_ids=frozenset(filter(None, (client_id, spa_client_id))),
        allowed_clients=allowed_clients,
        required_scopes=required_scopes,
        leeway=leeway,
        keys=SigningKeys(discovery_url=f"{v2_issuer}/.well-known/openid-configuration", issuer=v2_issuer, fetch=fetch),
    )


def named_by(token: UnverifiedToken, authorities: Iterable[Authority]) -> Authority | None:
    """Return the authority whose issuer the token names, or None when no configured one has it.

    Raises:
        MalformedToken: the token is ours by its issuer, and its form is wrong.
    """
    for authority in authorities:
        if token.issuer in authority.issuers:
            if token.flaw is not None:
                raise token.flaw
            return authority
    return None
