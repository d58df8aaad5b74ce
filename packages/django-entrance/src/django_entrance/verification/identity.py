"""Defines ``Identity``: verified claims under our own names."""

from collections.abc import Iterable
from dataclasses import dataclass

from django_entrance.verification.claims import VerifiedClaims
from django_entrance.verification.display import one_line
from django_entrance.verification.errors import Caller


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
        """Whether the token belongs to an application itself, not to a person."""
        return self.claims.principal.is_application

    @property
    def is_guest(self) -> bool:
        """Whether the person's home tenant is another one."""
        return self.claims.principal.is_guest

    @property
    def expires_at(self) -> int:
        """When the token expires, in seconds since 1970."""
        return self.claims.expires_at

    @property
    def name(self) -> str:
        """The display name in the person's directory, or an empty text."""
        return first_text(self.claims, ["name"]) or ""

    @property
    def username(self) -> str:
        """The name that the person signs in with, or an empty text. It can be reassigned to another person."""
        return first_text(self.claims, ["preferred_username", "upn", "unique_name"]) or ""


def first_text(claims: VerifiedClaims, names: Iterable[str]) -> str | None:
    """Return the first of the named claims that has visible text, as one line, or None."""
    for name in names:
        value = claims.all.get(name)
        if isinstance(value, str) and (line := one_line(value)):
            return line
    return None
