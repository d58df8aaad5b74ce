"""Reads whom verified claims speak of, and judges what that caller may: scopes, roles, client, guest."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django_entrance.verification.agents import is_of_agent
from django_entrance.verification.authority import Authority, Policy
from django_entrance.verification.display import WHITE_SPACE
from django_entrance.verification.errors import (
    AgentRefused,
    ApplicationRefused,
    AppRoleMissing,
    ClientRefused,
    GuestRefused,
    ObjectIdRefused,
    ScopeMissing,
    SubjectRefused,
)
from django_entrance.verification.issuers import GUID, IssuerForm, tenant_in

NO_ONE = "00000000-0000-0000-0000-000000000000"

UNSCOPED = "/"
"""What ``scp`` is in some tokens that have no delegated permission (Microsoft, "Token claims reference for agents")."""

UNSCOPED_OR_BLANK = UNSCOPED + "".join(map(chr, WHITE_SPACE))


class Principal(NamedTuple):
    """Whoever a token speaks of, a person or an application, through which client, with which permissions."""

    object_id: str
    subject: str
    client_id: str
    scopes: frozenset[str]
    app_roles: frozenset[str]
    is_application: bool
    is_guest: bool
    is_agent: bool


def read_principal(claims: Mapping[str, Any], authority: Authority, form: IssuerForm, tenant_id: str) -> Principal:
    """Return whom the claims speak of.

    Raises:
        ObjectIdRefused, SubjectRefused, ClientRefused: the claim is not there, or not what Entra writes.
    """
    object_id, subject = read_ids(claims)
    return Principal(
        object_id,
        subject,
        read_client(claims, form),
        read_scopes(claims),
        read_app_roles(claims),
        is_for_application(claims, object_id),
        read_guest(claims, authority, tenant_id),
        is_of_agent(claims),
    )


def check_access(principal: Principal, policy: Policy) -> None:
    """A person needs a scope and an allowed client; an application needs an app role, and to be named itself.

    An agent is neither, through any client and for any person: no setting lets one in yet.

    Raises:
        AccessRefused: the subclass says what is missing.
    """
    if principal.is_agent:
        raise AgentRefused(expected="a person or an application", came=f"an agent through {principal.client_id}")
    if principal.is_application:
        return check_application(principal, policy)
    scopes = principal.scopes
    if not scopes or not policy.required_scopes <= scopes:
        raise ScopeMissing(
            expected=" ".join(sorted(policy.required_scopes)) or "any scope", came=" ".join(sorted(scopes))
        )
    if policy.allowed_clients is not None and principal.client_id not in policy.allowed_clients:
        raise ClientRefused(expected="a client id of ALLOWED_CLIENTS", came=principal.client_id)
    if principal.is_guest and not policy.allow_guests:
        raise GuestRefused()


def check_application(principal: Principal, policy: Policy) -> None:
    if principal.client_id not in policy.applications or principal.scopes:
        raise ApplicationRefused(came=principal.client_id)
    if not principal.app_roles:
        raise AppRoleMissing(expected="any app role granted to the application")


def read_ids(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return object id (lower case) and subject."""
    object_id, subject = claims.get("oid"), claims.get("sub")
    lower = object_id.lower() if isinstance(object_id, str) else ""
    if not GUID.fullmatch(lower) or lower == NO_ONE:
        raise ObjectIdRefused(expected="oid as a GUID", came=object_id)
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise SubjectRefused(expected="sub as text", came=type(subject).__name__)
    return lower, subject


def read_scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the delegated permissions: ``scp`` is one text, its words parted by spaces."""
    granted = claims.get("scp")
    if not isinstance(granted, str) or is_unscoped(granted):
        return frozenset()
    return frozenset(granted.split(" ")) - {"", UNSCOPED}


def is_unscoped(granted: str) -> bool:
    """Tell whether ``scp`` is empty, or has nothing but UNSCOPED and white space."""
    return not granted.strip(UNSCOPED_OR_BLANK)


def read_app_roles(claims: Mapping[str, Any]) -> frozenset[str]:
    roles = claims.get("roles")
    return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()


def is_for_application(claims: Mapping[str, Any], object_id: str) -> bool:
    """``idtyp`` decides where it is present; else UNSCOPED, or no scopes and a subject that is the principal itself.

    Sources: Microsoft, "Verify scopes and app roles protected web API", "Token claims reference for agents".
    """
    if "idtyp" in claims:
        return bool(claims["idtyp"] != "user")
    granted = claims.get("scp", "")
    if not isinstance(granted, str) or not is_unscoped(granted):
        return False
    return UNSCOPED in granted or str(claims["sub"]).lower() == object_id


def read_client(claims: Mapping[str, Any], form: IssuerForm) -> str:
    """Return the client application's id: ``azp`` in v2.0 tokens, ``appid`` in v1.0 tokens."""
    client_id = claims.get(form.client_claim)
    if not isinstance(client_id, str):
        raise ClientRefused(expected=f"{form.client_claim} as text", came=type(client_id).__name__)
    return client_id


def read_guest(claims: Mapping[str, Any], authority: Authority, tenant_id: str) -> bool:
    """``acct`` decides where it is present; else a home tenant other than this one does.

    ``idp`` is spelt in the v1.0 form even inside v2.0 tokens, so tenant ids are compared, not texts. Of a customer it
    tells how that customer signs in, and no home.
    """
    account_kind = claims.get("acct")
    if account_kind in (0, 1):
        return bool(account_kind)
    home = claims.get("idp")
    return isinstance(home, str) and not authority.addresses.for_customers and tenant_in(home.lower()) != tenant_id
