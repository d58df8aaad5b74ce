"""Makes the claims that a registration asks for.

https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entra_double._tokens.claims.person import address_of, login_hint
from entra_double._tokens.claims.subject import Subject
from entra_double._tokens.claims.versions import LOCAL_ADDRESS
from entra_double._tokens.verifying import Claims

_GUEST_UPN = "include_externally_authenticated_upn"
_GUEST_UPN_WITHOUT_HASH = "include_externally_authenticated_upn_without_hash"


def optional_claims(subject: Subject) -> Claims:
    """Give those of the wanted claims that hold for this person; what nobody here can know is left out."""
    values = ((claim.name, CLAIMS[claim.name](subject)) for claim in subject.wanted if claim.name in CLAIMS)
    return {name: value for name, value in values if value is not None}


def idtyp_of_application(wanted: frozenset[str]) -> Claims:
    """Give `idtyp` of an application's own token, where the API wants it."""
    return {"idtyp": "app"} if "idtyp" in wanted else {}


def _email(subject: Subject) -> str | None:
    return address_of(subject.person, subject.audience)


def _email_is_verified(subject: Subject) -> bool | None:
    """Say whether somebody vouches for the domain; only beside the address itself."""
    has_address = subject.person.is_guest or any(claim.name == "email" for claim in subject.wanted)
    return subject.person.email_verified if has_address and _email(subject) else None


def _verified_addresses(subject: Subject) -> list[str] | None:
    return [subject.person.address] if subject.person.email_verified else None


def _upn(subject: Subject) -> str | None:
    person, properties = subject.person, subject.properties_of("upn")
    if not person.is_guest or _GUEST_UPN in properties:
        return person.user_principal_name
    return person.user_principal_name.replace("#", "_") if _GUEST_UPN_WITHOUT_HASH in properties else None


def _with_profile(read: Callable[[Subject], str]) -> Callable[[Subject], str | None]:
    return lambda subject: read(subject) if "profile" in subject.delegation.openid else None


CLAIMS: Mapping[str, Callable[[Subject], object | None]] = {
    "acct": lambda subject: int(subject.person.is_guest),
    "acrs": lambda subject: sorted(subject.delegation.contexts) or None,
    "auth_time": lambda subject: subject.delegation.authenticated_at or None,
    "ctry": lambda subject: subject.person.country,
    "email": _email,
    "family_name": _with_profile(lambda subject: subject.person.family_name),
    "given_name": _with_profile(lambda subject: subject.person.given_name),
    "idtyp": lambda subject: "user" if "include_user_token" in subject.properties_of("idtyp") else None,
    "ipaddr": lambda subject: LOCAL_ADDRESS,
    "login_hint": lambda subject: login_hint(subject.person),
    "sid": lambda subject: subject.delegation.session_id,
    "tenant_ctry": lambda subject: subject.tenant and subject.tenant.country,
    "tenant_region_scope": lambda subject: subject.tenant and subject.tenant.region,
    "upn": _upn,
    "verified_primary_email": _verified_addresses,
    "xms_cc": lambda subject: list(subject.delegation.capabilities) or None,
    "xms_edov": _email_is_verified,
    "xms_pl": lambda subject: subject.person.language,
}
"""Name of an optional claim → its value, or None when the person has none."""
