"""Separates a person's own addresses from the names that a directory gives its guests."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.validators import EmailValidator
from django.db.models import EmailField

from django_entrance.verification.identity import Identity, first_text

#: A guest's name in the tenant: home address, ``#EXT#``, the tenant's domain. ``_EXT_`` is the form "without hash".
EXTERNAL = re.compile(r"(?P<home>.+)(?:#[Ee][Xx][Tt]#|_EXT_)@[^@]*")

#: The prefix of addresses from another provider in v1.0 tokens: ``live.com#sam@outlook.example``.
PROVIDER = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+#")

#: The initial domain of a tenant. A mailbox there belongs to the tenant, never to a guest.
FIRST_DOMAIN = re.compile(r"@(?:[^@]*\.)?(?:onmicrosoft|onmschina)\.[^.@]+", re.IGNORECASE)

SIGN_IN_NAMES = ("preferred_username", "upn", "unique_name")

EDOV = "xms_edov"


def holds_addresses(field: Any) -> bool:
    """Return whether a field of the user model holds e-mail addresses, by its type or its validators."""
    return isinstance(field, EmailField) or any(isinstance(each, EmailValidator) for each in field.validators)


def home_name(name: str) -> str:
    """Return the sign-in name in the home tenant; a name without a home is returned unchanged.

    ``kim_fabrikam.example#EXT#@contoso.example`` is ``kim@fabrikam.example``: the service replaces ``@`` with ``_``,
    and domains have no ``_``, so the last one is the ``@`` (Microsoft, properties of a B2B collaboration user).
    """
    external = EXTERNAL.fullmatch(name)
    if external is None:
        return PROVIDER.sub("", name, count=1) if PROVIDER.match(name) else name
    user, _, domain = external["home"].rpartition("_")
    return f"{user}@{domain}" if user and "." in domain else external["home"]


def is_own_address(address: str, claim: str, identity: Identity) -> bool:
    """Return whether a claim's value may be the person's own address, not the directory's name for a guest.

    A guest's ``upn`` is always the tenant's name for the guest (Microsoft, optional claims reference).
    """
    if EXTERNAL.fullmatch(address) or PROVIDER.match(address):
        return False
    is_guests_name = identity.is_guest and claim in SIGN_IN_NAMES
    return not (is_guests_name and (claim == "upn" or FIRST_DOMAIN.search(address)))


def first_own_address(identity: Identity, claims: Iterable[str]) -> str | None:
    """Return the first of the claims that is present and is the person's own address, or None."""
    for claim in claims:
        address = first_text(identity.claims, [claim])
        if address is not None and is_own_address(address, claim, identity):
            return address
    return None


def with_lower_domain(address: str) -> str:
    """Return an address with its domain in lower case, as Django's ``BaseUserManager.normalize_email`` does."""
    user, at, domain = address.rpartition("@")
    return user + at + domain.lower()


def verified_address(identity: Identity, *, has_several_tenants: bool) -> str | None:
    """Return an address that the tenant has verified, or None. Only such an address may be a user name.

    Sign-in names come before ``email``, which people and administrators can change freely. With several tenants, only
    an ``email`` with ``xms_edov`` is verified (Microsoft, migrate away from using email claims).
    """
    if not has_several_tenants:
        return first_own_address(identity, (*SIGN_IN_NAMES, "email"))
    is_verified = identity.claims.all.get(EDOV) in (True, "1", "true", "True")
    return first_own_address(identity, ["email"]) if is_verified else None
