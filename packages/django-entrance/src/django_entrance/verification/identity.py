"""Says in our words what verified claims tell of the caller."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django_entrance.verification.authority import GUID
from django_entrance.verification.claims import VerifiedClaims

TENANT_IN_IDP = re.compile(GUID.pattern, re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who calls. ``tenant_id`` and ``object_id`` together are the only key that never changes or returns.

    ``name`` and ``username`` are for display: people marry, and addresses are given to somebody else.
    """

    tenant_id: str
    object_id: str
    name: str
    username: str
    scopes: frozenset[str]
    app_roles: frozenset[str]
    client_id: str
    is_guest: bool
    expires_at: int
    claims: VerifiedClaims = field(repr=False, compare=False)

    @classmethod
    def from_claims(cls, claims: VerifiedClaims) -> "Identity":
        """Translate Entra's claim names (Microsoft, access token claims reference)."""
        return cls(
            tenant_id=claims.tenant_id,
            object_id=claims.object_id,
            name=first_text(claims, ["name"]) or "",
            username=first_text(claims, ["preferred_username", "upn", "unique_name"]) or "",
            scopes=claims.scopes,
            app_roles=read_app_roles(claims),
            client_id=claims.client_id,
            is_guest=read_guest(claims),
            expires_at=claims.expires_at,
            claims=claims,
        )


def first_text(claims: VerifiedClaims, names: Iterable[str]) -> str | None:
    """Return the first of the named claims that is present as text, as one printable line; None when none is.

    Control and direction characters are left out: they are for forging log lines and for disguise.
    """
    for name in names:
        value = claims.all.get(name)
        if isinstance(value, str) and (clean := "".join(filter(str.isprintable, value)).strip()):
            return clean
    return None


def read_app_roles(claims: VerifiedClaims) -> frozenset[str]:
    roles = claims.all.get("roles")
    return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()


def read_guest(claims: VerifiedClaims) -> bool:
    """``acct`` decides where it is present; else a home tenant other than this one does.

    ``idp`` is spelt in the v1.0 form even inside v2.0 tokens, so tenant ids are compared, not texts.
    """
    account_kind = claims.all.get("acct")
    if account_kind in (0, 1):
        return bool(account_kind)
    home = claims.all.get("idp")
    if not isinstance(home, str):
        return False
    tenant = TENANT_IN_IDP.search(home)
    return tenant is None or tenant[0].lower() != claims.tenant_id
