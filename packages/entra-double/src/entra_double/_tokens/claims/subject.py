"""Holds what a person's claims are made of: who, towards which application, in which world."""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._world.directory import Directory
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AppRegistration, OptionalClaim
from entra_double._world.requests.delegation import Delegation


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a person's token is made of.

    `audience` is the application that the token is for: the API, or with an ID token the client. `wanted` are the
    optional claims that it registered for this kind of token. A token that comes `through_browser` is in an address, so
    it names few groups.
    """

    directory: Directory
    delegation: Delegation
    audience: AppRegistration
    wanted: tuple[OptionalClaim, ...]
    through_browser: bool = False

    @property
    def person(self) -> Person:
        return self.delegation.person

    @property
    def tenant(self) -> Tenant | None:
        return self.directory.tenant(self.person.tenant_id)

    def properties_of(self, claim: str) -> frozenset[str]:
        """Give what the registration says about an optional claim; empty when it does not ask for it."""
        return properties_of(self.wanted, claim)


def properties_of(wanted: tuple[OptionalClaim, ...], claim: str) -> frozenset[str]:
    return next((known.additional_properties for known in wanted if known.name == claim), frozenset())
