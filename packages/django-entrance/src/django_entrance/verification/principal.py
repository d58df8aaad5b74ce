"""Reads the principal from verified claims and checks its access: scopes, app roles, client, guest, agent."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django_entrance.verification.agents import is_agent_token
from django_entrance.verification.display import WHITE_SPACE
from django_entrance.verification.errors import (
    AgentRefused,
    ApplicationRefused,
    AppRoleMissing,
    ClientRefused,
    DeviceRefused,
    GuestRefused,
    ObjectIdRefused,
    ScopeMissing,
    SubjectRefused,
)
from django_entrance.verification.issuers import GUID, Addresses, IssuerForm, tenant_in
from django_entrance.verification.policy import Policy

NIL_GUID = "00000000-0000-0000-0000-000000000000"

UNSCOPED = "/"
"""The value of ``scp`` in some tokens without scopes (Microsoft, "Token claims reference for agents")."""

UNSCOPED_OR_BLANK = UNSCOPED + "".join(map(chr, WHITE_SPACE))


class Principal(NamedTuple):
    """The person or application that a token identifies, with its client, scopes and app roles."""

    object_id: str
    subject: str
    client_id: str
    scopes: frozenset[str]
    app_roles: frozenset[str]
    is_application: bool
    is_guest: bool
    is_agent: bool


def read_principal(claims: Mapping[str, Any], addresses: Addresses, form: IssuerForm, tenant_id: str) -> Principal:
    """Return the principal that the claims identify.

    Raises:
        ObjectIdRefused, SubjectRefused, ClientRefused, DeviceRefused: Entra does not write such claims for a principal.
    """
    object_id, subject = read_ids(claims)
    return Principal(
        object_id,
        subject,
        read_client(claims, form),
        read_scopes(claims),
        read_app_roles(claims),
        is_for_application(claims, object_id),
        read_guest(claims, addresses, tenant_id),
        is_agent_token(claims),
    )


def check_access(principal: Principal, policy: Policy) -> None:
    """Check that a person has the scopes and an allowed client, or that an application is allowed and has an app role.

    Agents are always refused, even on behalf of a person: no setting allows them yet.

    Raises:
        AccessRefused: the subclass says what is missing.
    """
    if principal.is_agent:
        raise AgentRefused(expected="a person or an application", actual=f"an agent through {principal.client_id}")
    if principal.is_application:
        check_application(principal, policy)
    else:
        check_person(principal, policy)


def check_person(principal: Principal, policy: Policy) -> None:
    scopes = principal.scopes
    if not scopes or not policy.required_scopes <= scopes:
        raise ScopeMissing(
            expected=" ".join(sorted(policy.required_scopes)) or "any scope", actual=" ".join(sorted(scopes))
        )
    if policy.allowed_clients is not None and principal.client_id not in policy.allowed_clients:
        raise ClientRefused(expected="a client id of ALLOWED_CLIENTS", actual=principal.client_id)
    if principal.is_guest and not policy.allow_guests:
        raise GuestRefused()


def check_application(principal: Principal, policy: Policy) -> None:
    if principal.client_id not in policy.applications or principal.scopes:
        raise ApplicationRefused(actual=principal.client_id)
    if not principal.app_roles:
        raise AppRoleMissing(expected="any app role granted to the application")


def read_ids(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return object id (lower case) and subject."""
    object_id, subject = claims.get("oid"), claims.get("sub")
    lower = object_id.lower() if isinstance(object_id, str) else ""
    if not GUID.fullmatch(lower) or lower == NIL_GUID:
        raise ObjectIdRefused(expected="oid as a GUID", actual=object_id)
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise SubjectRefused(expected="sub as text", actual=type(subject).__name__)
    return lower, subject


def read_scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the scopes: the words of ``scp``, separated by spaces."""
    granted = claims.get("scp")
    if not isinstance(granted, str) or is_unscoped(granted):
        return frozenset()
    return frozenset(granted.split(" ")) - {"", UNSCOPED}


def is_unscoped(granted: str) -> bool:
    """Tell whether ``scp`` is empty, or contains only UNSCOPED and white space."""
    return not granted.strip(UNSCOPED_OR_BLANK)


def read_app_roles(claims: Mapping[str, Any]) -> frozenset[str]:
    roles = claims.get("roles")
    return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()


def is_for_application(claims: Mapping[str, Any], object_id: str) -> bool:
    """Tell whether a token belongs to an application itself.

    ``idtyp`` decides where it is present. Else ``scp`` is UNSCOPED, or has no scopes while ``sub`` is the object id.
    Sources: Microsoft, "Verify scopes and app roles protected web API", "Token claims reference for agents".

    Raises:
        DeviceRefused: the token belongs to a device.
    """
    if claims.get("idtyp") == "device":
        raise DeviceRefused(expected="a person or an application", actual="a device")
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
        raise ClientRefused(expected=f"{form.client_claim} as text", actual=type(client_id).__name__)
    return client_id


def read_guest(claims: Mapping[str, Any], addresses: Addresses, tenant_id: str) -> bool:
    """Tell whether the person is a guest: ``acct`` decides where it is present, else the home tenant in ``idp``.

    ``idp`` has the v1.0 form even in v2.0 tokens, so tenant ids are compared instead of issuers. For a customer it
    is the identity provider, not a home tenant.
    """
    account_kind = claims.get("acct")
    if account_kind in (0, 1):
        return bool(account_kind)
    home = claims.get("idp")
    return isinstance(home, str) and not addresses.for_customers and tenant_in(home.lower()) != tenant_id
