"""Tells addresses of the person's own from the names that a directory gives its guests."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.validators import EmailValidator
from django.db.models import EmailField

from django_entrance.verification.identity import Identity, first_text

#: A guest's name in the tenant: home address, ``#EXT#``, the tenant's domain. ``_EXT_`` is the form "without hash".
EXTERNAL = re.compile(r"(?P<home>.+)(?:#[Ee][Xx][Tt]#|_EXT_)@[^@]*")

#: What v1.0 tokens put before the address of an account from elsewhere: ``live.com#sam@outlook.example``.
PROVIDER = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+#")

#: The domain that each tenant begins with. A mailbox there is a tenant's own, never a guest's.
FIRST_DOMAIN = re.compile(r"@(?:[^@]*\.)?(?:onmicrosoft|onmschina)\.[^.@]+", re.IGNORECASE)

SIGN_IN_NAMES = ("preferred_username", "upn", "unique_name")

EDOV = "xms_edov"


def holds_addresses(field: Any) -> bool:
    """Return whether a field of the user model is for e-mail addresses, as its type or its validators say."""
    return isinstance(field, EmailField) or any(isinstance(each, EmailValidator) for each in field.validators)


def home_name(name: str) -> str:
    """Return the name that the person signs in with at home; a name that says nothing of a home is returned as it is.

    ``kim_fabrikam.example#EXT#@contoso.example`` is ``kim@fabrikam.example``: the service writes ``_`` for the ``@``,
    and no domain has one, so the last is it (Microsoft, properties of a B2B collaboration user).
    """
    external = EXTERNAL.fullmatch(name)
    if external is None:
        return PROVIDER.sub("", name, count=1) if PROVIDER.match(name) else name
    user, _, domain = external["home"].rpartition("_")
    return f"{user}@{domain}" if user and "." in domain else external["home"]


def is_own_address(address: str, claim: str, identity: Identity) -> bool:
    """Return whether the value of a claim may be an address of the person's own, not the directory's name for a guest.

    A guest's ``upn`` is the tenant's name for the guest, whatever its form (Microsoft, optional claims reference).
    """
    if EXTERNAL.fullmatch(address) or PROVIDER.match(address):
        return False
    is_guests_name = identity.is_guest and claim in SIGN_IN_NAMES
    return not (is_guests_name and (claim == "upn" or FIRST_DOMAIN.search(address)))


def first_own_address(identity: Identity, claims: Iterable[str]) -> str | None:
    """Return the first of the named claims that is present and does not name a guest in the tenant's way."""
    for claim in claims:
        address = first_text(identity.claims, [claim])
        if address is not None and is_own_address(address, claim, identity):
            return address
    return None


def with_lower_domain(address: str) -> str:
    """Return an address as Django's ``BaseUserManager.normalize_email`` does: its domain in lower case."""
    user, at, domain = address.rpartition("@")
    return user + at + domain.lower()


def vouched_address(identity: Identity, *, has_several_tenants: bool) -> str | None:
    """Return an address that the tenant vouches for, or None: only such a one may be a user name.

    The name that the person signs in with comes before ``email``, which people and administrators change at will. An
    authority of several tenants vouches only for an ``email`` with ``xms_edov`` (Microsoft, migrate away from using
    email claims).
    """
    if not has_several_tenants:
        return first_own_address(identity, (*SIGN_IN_NAMES, "email"))
    is_verified = identity.claims.all.get(EDOV) in (True, "1", "true", "True")
    return first_own_address(identity, ["email"]) if is_verified else None
