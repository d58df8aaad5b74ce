"""Defines ``Identity``: verified claims under our own names."""

from collections.abc import Iterable
from dataclasses import dataclass

from django_entrance.verification.agents import Agent
from django_entrance.verification.claims import Door, VerifiedClaims
from django_entrance.verification.display import one_line
from django_entrance.verification.errors import Caller

ANSWERS_CHALLENGES = "cp1"
"""The capability of clients that answer claims challenges (Microsoft, "Client capabilities")."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Identity:
    """The verified caller. ``tenant_id`` and ``object_id`` together are the only key that never changes or is reused.

    ``name`` and ``username`` are for display: names change, and addresses are reassigned. Two identities are equal
    only as objects, since a caller's rights may differ from token to token.
    """

    claims: VerifiedClaims

    @classmethod
    def from_claims(cls, claims: VerifiedClaims) -> "Identity":
        """Translate Entra's claim names (Microsoft, access token claims reference)."""
        return cls(claims)

    @property
    def caller(self) -> Caller:
        """The ids alone, as refusals and logs use them."""
        return Caller(self.authority, self.tenant_id, self.object_id, self.client_id)

    @property
    def authority(self) -> str:
        """The name of the authority that issued the token: a key of ``AUTHORITIES``, or ``default``."""
        return self.claims.authority

    @property
    def tenant_id(self) -> str:
        """The GUID of the tenant that issued the token (``tid``), in lower case."""
        return self.claims.tenant_id

    @property
    def object_id(self) -> str:
        """The GUID of the person or service principal in that tenant (``oid``), in lower case."""
        return self.claims.principal.object_id

    @property
    def client_id(self) -> str:
        """The id of the client application that requested the token."""
        return self.claims.principal.client_id

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes that the person has granted the client; empty for an application."""
        return self.claims.principal.scopes

    @property
    def app_roles(self) -> frozenset[str]:
        """The API's app roles that are assigned to the caller (``roles``): their values, not their names."""
        return self.claims.principal.app_roles

    @property
    def is_application(self) -> bool:
        """Whether the token belongs to an application or an agent itself, not to a person."""
        return self.claims.principal.is_application

    @property
    def is_guest(self) -> bool:
        """Whether the person's home tenant is another one."""
        return self.claims.principal.is_guest

    @property
    def home_tenant_id(self) -> str:
        """The GUID of the person's home tenant; an empty text if a guest's token does not tell it."""
        return self.claims.principal.home_tenant

    @property
    def agent(self) -> Agent | None:
        """The agent that calls, for a person or on its own, or None. Scopes and app roles are those of the caller."""
        return self.claims.principal.agent

    @property
    def expires_at(self) -> int:
        """When the token expires, in seconds since 1970."""
        return self.claims.expires_at

    @property
    def door(self) -> Door:
        """How the caller came in: ``"bearer"``, ``"session"`` (made from a token) or ``"page"`` (page sign-in)."""
        return self.claims.door

    @property
    def signed_in_at(self) -> int:
        """When the token was issued, or when the session began, in seconds since 1970."""
        return self.claims.signed_in_at

    @property
    def authentication_contexts(self) -> frozenset[str]:
        """The ids of the authentication contexts that the caller has satisfied (``acrs``), such as ``c1``."""
        values = self.claims.all.get("acrs")
        return frozenset(filter(is_text, values)) if isinstance(values, list) else frozenset()

    @property
    def client_capabilities(self) -> frozenset[str]:
        """What the client has declared to be able to do (``xms_cc``), in lower case; ``cp1``: claims challenges."""
        values = self.claims.all.get("xms_cc")
        return frozenset(map(str.lower, filter(is_text, values))) if isinstance(values, list) else frozenset()

    @property
    def name(self) -> str:
        """The display name in the person's directory, or an empty text."""
        return first_text(self.claims, ["name"]) or ""

    @property
    def username(self) -> str:
        """The name that the person signs in with, or an empty text. It can be reassigned to another person."""
        return first_text(self.claims, ["preferred_username", "upn", "unique_name"]) or ""


def is_text(value: object) -> bool:
    return isinstance(value, str)


def first_text(claims: VerifiedClaims, names: Iterable[str]) -> str | None:
    """Return the first of the named claims that has visible text, as one line, or None."""
    for name in names:
        value = claims.all.get(name)
        if isinstance(value, str) and (line := one_line(value)):
            return line
    return None
