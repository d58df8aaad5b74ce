"""Makes the claims that say who somebody is."""

from __future__ import annotations

import hashlib

from entra_double._tokens.claims.common import marked, traced, v1_issuer
from entra_double._tokens.claims.subject import Subject
from entra_double._tokens.verifying import Claims, base64url
from entra_double._world.ids import CONSUMERS
from entra_double._world.principals import Person
from entra_double._world.registration import AppRegistration, Audience

PERSONAL_PROVIDER = "live.com"


def who(subject: Subject) -> Claims:
    """Give the claims about a person that do not depend on the version of the token."""
    person = subject.person
    claims: Claims = {
        "oid": person.object_id,
        "tid": person.tenant_id,
        "sub": subject_for(person, subject.audience),
        **marked(),
    }
    if person.tenant_id == CONSUMERS:
        return claims
    claims |= traced()
    if person.is_guest:
        claims |= {"idp": _provider(person)} | address_claim(person, subject.audience)
    return claims


def profile(subject: Subject) -> Claims:
    """Give the v2.0 claims of the scope `profile`."""
    if "profile" not in subject.delegation.openid:
        return {}
    return {"name": subject.person.name, "preferred_username": subject.person.username}


def address_of(person: Person, audience: AppRegistration) -> str | None:
    """Give the mail address, unless nobody vouches for its domain and the application is for several tenants.

    https://learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization
    """
    if person.email_verified or audience.audience is Audience.ONE:
        return person.address
    return None


def address_claim(person: Person, audience: AppRegistration) -> Claims:
    address = address_of(person, audience)
    return {"email": address} if address else {}


def unique_name(person: Person) -> str:
    """Give v1.0's name for a person; a guest with a personal account has the provider in it."""
    through_live = person.is_guest and _provider(person) == PERSONAL_PROVIDER
    return f"{PERSONAL_PROVIDER}#{person.username}" if through_live else person.username


def login_hint(person: Person) -> str:
    """Give the opaque `login_hint` claim; it comes back as login_hint and logout_hint."""
    return "O." + base64url(person.object_id.encode())


def _provider(person: Person) -> str:
    """Say where a guest signs in. https://learn.microsoft.com/entra/external-id/user-token"""
    return person.identity_provider or (PERSONAL_PROVIDER if person.is_personal else v1_issuer(person.home_tenant_id))


def subject_for(person: Person, audience: AppRegistration) -> str:
    """Give the person's name towards one application only; that of a personal account is half as long."""
    seed = f"{audience.client_id}|{person.tenant_id}|{person.object_id}"
    digest = hashlib.sha256(seed.encode()).digest()
    return base64url(bytes(16) + digest[:16] if person.tenant_id == CONSUMERS else digest)
