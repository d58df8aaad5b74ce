"""Makes the names by which tokens and clients know a person."""

from __future__ import annotations

import hashlib
import json

from entra_double._tokens.claims.common import v1_issuer
from entra_double._tokens.verifying import base64url
from entra_double._world.ids import CONSUMERS
from entra_double._world.principals import Person
from entra_double._world.registration import AppRegistration, Audience

_PERSONAL_PROVIDER = "live.com"


def address_of(person: Person, audience: AppRegistration) -> str | None:
    """Give the mail address; of an unverified domain only to an application that is for one tenant.

    https://learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization
    """
    return person.address if person.email_verified or audience.audience is Audience.ONE else None


def unique_name(person: Person) -> str:
    """Give v1.0's name for a person; a guest with a personal account has the provider in it."""
    through_live = person.is_guest and provider_of(person) == _PERSONAL_PROVIDER
    return f"{_PERSONAL_PROVIDER}#{person.username}" if through_live else person.username


def login_hint(person: Person) -> str:
    """Give the opaque `login_hint` claim; it comes back as login_hint and logout_hint."""
    return "O." + base64url(person.object_id.encode())


def provider_of(person: Person) -> str:
    """Say where a guest signs in. https://learn.microsoft.com/entra/external-id/user-token"""
    return person.identity_provider or (_PERSONAL_PROVIDER if person.is_personal else v1_issuer(person.home_tenant_id))


def subject_for(person: Person, audience: AppRegistration) -> str:
    """Give `sub`, the person's id towards one application only; that of a personal account is half as long."""
    seed = f"{audience.client_id}|{person.tenant_id}|{person.object_id}"
    digest = hashlib.sha256(seed.encode()).digest()
    return base64url(bytes(16) + digest[:16] if person.tenant_id == CONSUMERS else digest)


def client_info(person: Person) -> str:
    """Give MSAL's `client_info`: the home account's ids, which for a guest differ from `oid` and `tid`."""
    return base64url(json.dumps({"uid": person.home_object_id, "utid": person.home_tenant_id}).encode())
