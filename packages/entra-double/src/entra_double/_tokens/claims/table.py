"""Lists the claims of access tokens and ID tokens, v1.0 and v2.0: when each is there, and what it says.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from entra_double._tokens.claims.common import Source
from entra_double._tokens.claims.groups import group_and_role_claims
from entra_double._tokens.claims.person import address_of, login_hint, provider_of, subject_for, unique_name
from entra_double._tokens.verifying import Claims

MARK = "entra-double."
"""What every `aio` begins with, so that a token is not taken for a real one."""

_LOCAL_ADDRESS = "127.0.0.1"
_GUEST_UPN = "include_externally_authenticated_upn"
_GUEST_UPN_WITHOUT_HASH = "include_externally_authenticated_upn_without_hash"

Value = Callable[[Source], object | None]


def claims_of(source: Source) -> Claims:
    """Give the claims of a token, but for its times and for what ties it to one answer."""
    optional = ((known.name, _OPTIONAL[known.name]) for known in source.wanted if known.name in _OPTIONAL)
    own = source.traits
    always = ((name, value) for name, traits, value in _CLAIMS if own.issuperset(traits.split()))
    made = ((name, value(source)) for name, value in (*(() if source.application else optional), *always))
    claims = {name: value for name, value in made if value is not None}
    return claims if source.application else claims | group_and_role_claims(source)


def _audience(source: Source) -> str:
    """Spell v1.0's audience as in the request, unless `use_guid` is wanted."""
    if source.version == 2 or source.asked is None or "use_guid" in source.properties_of("aud"):
        return source.audience.client_id
    return source.asked.audience


def _email(source: Source) -> str | None:
    return address_of(source.person, source.audience)


def _email_is_verified(source: Source) -> bool | None:
    """Say whether the domain is verified; only beside the address itself."""
    has_address = source.person.is_guest or source.wants("email")
    return source.person.email_verified if has_address and _email(source) else None


def _upn(source: Source) -> str | None:
    person, properties = source.person, source.properties_of("upn")
    if not person.is_guest or _GUEST_UPN in properties:
        return person.user_principal_name
    return person.user_principal_name.replace("#", "_") if _GUEST_UPN_WITHOUT_HASH in properties else None


def _application_roles(source: Source) -> list[str] | None:
    assert source.application
    entry_id = source.application.id
    return list(source.directory.application_roles_of(entry_id, source.tenant_id, source.audience)) or None


def _opaque(length: int, pattern: str = "{}") -> Value:
    """Make a claim of that many random bytes as text."""
    return lambda source: pattern.format(secrets.token_urlsafe(length))


_CLAIMS: tuple[tuple[str, str, Value], ...] = (
    ("ver", "", lambda source: f"{source.version}.0"),
    ("aud", "", _audience),
    ("iss", "", lambda source: source.issuer),
    ("tid", "", lambda source: source.tenant_id),
    ("aio", "", _opaque(36, MARK + "{}")),
    ("rh", "work", _opaque(32, "1.{}.")),
    ("uti", "work", _opaque(16)),
    ("xms_ftd", "access v2 work", _opaque(32)),
    ("appid", "access v1", lambda source: source.by.client.client_id),
    ("appidacr", "access v1", lambda source: source.by.proof.value),
    ("azp", "access v2", lambda source: source.by.client.client_id),
    ("azpacr", "access v2", lambda source: source.by.proof.value),
    ("oid", "application", lambda source: source.application and source.application.id),
    ("sub", "application", lambda source: source.application and source.application.id),
    ("idp", "application v1", lambda source: source.issuer),
    ("roles", "application", _application_roles),
    ("idtyp", "application", lambda source: "app" if source.wants("idtyp") else None),
    ("oid", "person", lambda source: source.person.object_id),
    ("sub", "person", lambda source: subject_for(source.person, source.audience)),
    ("scp", "person access", lambda source: source.asked and " ".join(source.asked.names)),
    ("idp", "guest", lambda source: provider_of(source.person)),
    ("email", "guest", lambda source: _email(source) or None),
    ("email", "id email", lambda source: _email(source) or None),
    ("acr", "person access v1", lambda source: "1"),
    ("amr", "person v1", lambda source: sorted(source.delegation.methods)),
    ("ipaddr", "person v1", lambda source: _LOCAL_ADDRESS),
    ("name", "person v1", lambda source: source.person.name),
    ("given_name", "person v1", lambda source: source.person.given_name),
    ("family_name", "person v1", lambda source: source.person.family_name),
    ("unique_name", "person v1", lambda source: unique_name(source.person)),
    ("upn", "member v1", lambda source: source.person.user_principal_name),
    ("name", "v2 profile", lambda source: source.person.name),
    ("preferred_username", "v2 profile", lambda source: source.person.username),
    ("auth_time", "id max_age", lambda source: source.delegation.authenticated_at),
)
"""Name of a claim, the traits that a token needs to have it, and its value; None when there is none."""

_OPTIONAL: Mapping[str, Value] = {
    "acct": lambda source: int(source.person.is_guest),
    "acrs": lambda source: sorted(source.delegation.contexts) or None,
    "auth_time": lambda source: source.delegation.authenticated_at or None,
    "ctry": lambda source: source.person.country,
    "email": _email,
    "family_name": lambda source: source.person.family_name if "profile" in source.traits else None,
    "given_name": lambda source: source.person.given_name if "profile" in source.traits else None,
    "idtyp": lambda source: "user" if "include_user_token" in source.properties_of("idtyp") else None,
    "ipaddr": lambda source: _LOCAL_ADDRESS,
    "login_hint": lambda source: login_hint(source.person),
    "sid": lambda source: source.delegation.session_id,
    "tenant_ctry": lambda source: source.tenant and source.tenant.country,
    "tenant_region_scope": lambda source: source.tenant and source.tenant.region,
    "upn": _upn,
    "verified_primary_email": lambda source: [source.person.address] if source.person.email_verified else None,
    "xms_cc": lambda source: list(source.delegation.capabilities) or None,
    "xms_edov": _email_is_verified,
    "xms_pl": lambda source: source.person.language,
}
"""Name of an optional claim that a registration may want, and its value for a person; None when there is none."""
