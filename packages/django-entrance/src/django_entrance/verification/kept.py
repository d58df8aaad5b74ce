"""Keeps what was verified at a sign-in, for a Django session, and restores the identity from it. It keeps no token."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from django_entrance.verification.agents import Agent
from django_entrance.verification.claims import Door, VerifiedClaims
from django_entrance.verification.identity import Identity
from django_entrance.verification.principal import Principal

KEPT_TEXTS = ("sid", "login_hint")
"""Claims that are kept as they are, for signing out at Microsoft."""

LONGEST = 512
"""Characters of a kept claim; a longer one would be of no use. Names are cut."""


def keep(identity: Identity) -> dict[str, Any]:
    """Return what a session keeps of an identity, as JSON can hold it. ``restore`` reads it."""
    principal, claims = identity.claims.principal, identity.claims.all
    texts = {name: claims[name] for name in KEPT_TEXTS if is_short_text(claims.get(name))}
    names = {"name": identity.name[:LONGEST], "preferred_username": identity.username[:LONGEST]}
    return {
        "authority": identity.authority,
        "tenant": identity.tenant_id,
        "version": identity.claims.version,
        "object": principal.object_id,
        "subject": principal.subject,
        "client": principal.client_id,
        "scopes": sorted(principal.scopes),
        "roles": sorted(principal.app_roles),
        "contexts": sorted(identity.authentication_contexts),
        "capabilities": sorted(identity.client_capabilities),
        "guest": principal.is_guest,
        "home": principal.home_tenant,
        "agent": None if principal.agent is None else list(principal.agent),
        "texts": names | texts,
    }


def restore(kept: Mapping[str, Any], *, door: Door, signed_in_at: int, expires_at: int) -> Identity:
    """Return the identity of a session. The session store has kept it since ``keep``; it is not verified again.

    Raises:
        KeyError, TypeError, ValueError: ``kept`` is not what ``keep`` returned.
    """
    agent = kept["agent"]
    principal = Principal(
        kept["object"],
        kept["subject"],
        kept["client"],
        frozenset(kept["scopes"]),
        frozenset(kept["roles"]),
        False,
        kept["guest"],
        kept["home"],
        None if agent is None else Agent(*agent),
    )
    claims = {**kept["texts"], "acrs": kept["contexts"], "xms_cc": kept["capabilities"]}
    authority, tenant, version = kept["authority"], kept["tenant"], kept["version"]
    restored = VerifiedClaims(authority, tenant, version, principal, expires_at, claims, signed_in_at, door)
    return Identity.from_claims(restored)


def is_kept(identity: Identity) -> bool:
    """Return whether the identity is one that ``restore`` returned: it proves nothing anew."""
    return "iss" not in identity.claims.all


def is_short_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= LONGEST
