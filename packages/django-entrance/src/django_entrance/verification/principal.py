"""Reads the principal from verified claims and checks its access: scopes, app roles, client, guest, agent."""

import re
from collections.abc import Container, Mapping
from typing import Any, NamedTuple

from django_entrance.verification.agents import Agent, read_agent
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
from django_entrance.verification.issuers import (
    CLOUDS,
    GUID,
    NO_TENANT,
    PERSONAL_ACCOUNTS,
    PUBLIC_V1_ISSUER_HOST,
    V1_ISSUER_HOSTS,
    Addresses,
    IssuerForm,
    tenant_in,
)
from django_entrance.verification.policy import Policy

NIL_GUID = "00000000-0000-0000-0000-000000000000"

UNSCOPED = "/"
"""The value of ``scp`` in some tokens without scopes (Microsoft, "Token claims reference for agents")."""

UNSCOPED_OR_BLANK = UNSCOPED + "".join(map(chr, WHITE_SPACE))


PERSONAL_PROVIDER = "live.com"
"""``idp`` of a guest with a personal account (Microsoft, properties of a B2B collaboration user)."""

HOME_ISSUER = re.compile(
    f"(?:{'|'.join(map(re.escape, (PUBLIC_V1_ISSUER_HOST, *V1_ISSUER_HOSTS.values(), *CLOUDS.values())))})"
    f"/(?P<tenant>{GUID.pattern})(?:/|/v2\\.0)"
)
"""``idp`` of a guest with an account of another tenant, of any cloud: ``https://sts.windows.net/<tenant>/``."""


class Principal(NamedTuple):
    """The person or application that a token identifies, with its client, scopes and app roles.

    ``home_tenant`` is the tenant's GUID, or NO_TENANT if a guest's token does not tell it.
    """

    object_id: str
    subject: str
    client_id: str
    scopes: frozenset[str]
    app_roles: frozenset[str]
    is_application: bool
    is_guest: bool
    home_tenant: str
    agent: Agent | None


def read_principal(
    claims: Mapping[str, Any], addresses: Addresses, form: IssuerForm, tenant_id: str, *, client_id: str | None = None
) -> Principal:
    """Return the principal that the claims identify. ``client_id`` is for ID tokens, which do not name their client.

    Raises:
        ObjectIdRefused, SubjectRefused, ClientRefused, DeviceRefused: Entra does not write such claims for a principal.
    """
    object_id, subject = read_ids(claims)
    client_id = client_id or read_client(claims, form)
    is_application = is_for_application(claims, object_id)
    agent = read_agent(claims, object_id, client_id, has_no_scope=is_application)
    is_guest = read_guest(claims, addresses, tenant_id)
    return Principal(
        object_id,
        subject,
        client_id,
        read_scopes(claims),
        read_app_roles(claims),
        is_application if agent is None else agent.acts == "on its own",
        is_guest,
        read_home_tenant(claims) if is_guest else tenant_id,
        agent,
    )


def check_access(principal: Principal, policy: Policy) -> None:
    """Check that a person has the scopes and an allowed client, or that an application is allowed and has an app role.

    An agent must be allowed first. Then a person that it acts for, or its own user account, is checked like a person,
    and an agent on its own like an application.

    Raises:
        AccessRefused: the subclass says what is missing.
    """
    if principal.agent is not None:
        check_agent(principal, principal.agent, policy)
    if principal.is_application:
        check_application(principal, policy)
    else:
        check_person(principal, policy)


def check_signed_in(principal: Principal, policy: Policy) -> None:
    """Check who signed in to the application's own pages: a person, who may be a guest, or an allowed agent's account.

    Scopes and clients say nothing here: the application itself is the client.

    Raises:
        AccessRefused: the subclass says what is missing.
    """
    if principal.agent is not None:
        check_agent(principal, principal.agent, policy)
    if principal.is_application:
        raise ApplicationRefused(actual=principal.client_id)
    if principal.is_guest:
        check_guest(principal.home_tenant, policy.allow_guests)


def check_agent(principal: Principal, agent: Agent, policy: Policy) -> None:
    """Check an agent's id; for an agent's own user account its object id, which must be listed.

    The account is no person's: it would get a user like a human.
    """
    allowed, actual = policy.allow_agents, f"an agent through {agent.agent_id}"
    if allowed is False:
        raise AgentRefused(expected="a person or an application", actual=actual)
    if agent.acts == "unclear":
        raise AgentRefused(expected="claims that agree on the caller: a person, an agent or its account", actual=actual)
    if agent.acts == "own account":
        if allowed is True or principal.object_id not in allowed:
            actual = f"the user account {principal.object_id} of an agent"
            raise AgentRefused(expected="the object id of an account in ALLOW_AGENTS", actual=actual)
    elif allowed is not True and agent.agent_id not in allowed:
        raise AgentRefused(expected="an agent of ALLOW_AGENTS", actual=actual)


def check_person(principal: Principal, policy: Policy) -> None:
    scopes = principal.scopes
    if not scopes or not policy.required_scopes <= scopes:
        raise ScopeMissing(
            expected=" ".join(sorted(policy.required_scopes)) or "any scope", actual=" ".join(sorted(scopes))
        )
    limit = policy.allowed_clients if principal.agent is None else None  # of agents, ALLOW_AGENTS has decided
    if limit is not None and principal.client_id not in limit:
        raise ClientRefused(expected="a client id of ALLOWED_CLIENTS", actual=principal.client_id)
    if principal.is_guest:
        check_guest(principal.home_tenant, policy.allow_guests)


def check_guest(home_tenant: str, allowed: bool | Container[str]) -> None:
    """Check that guests may enter, or those of this home tenant; one without a readable home is of none."""
    if allowed is False:
        raise GuestRefused()
    if allowed is not True and home_tenant not in allowed:
        raise GuestRefused(expected="a guest of a home tenant in ALLOW_GUESTS", actual=home_tenant or "no home tenant")


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
    if "acct" in claims:
        return claims["acct"] not in (0, "0")  # Entra writes 0 or 1; what cannot be read is no member
    home = claims.get("idp")
    return isinstance(home, str) and not addresses.for_customers and tenant_in(home.lower()) != tenant_id


def read_home_tenant(claims: Mapping[str, Any]) -> str:
    """Return the tenant in a guest's ``idp``, or NO_TENANT.

    Only an issuer of Microsoft's counts: another provider's may have any GUID in it.
    """
    home = claims.get("idp")
    if home == PERSONAL_PROVIDER:
        return PERSONAL_ACCOUNTS
    found = HOME_ISSUER.fullmatch(home.lower()) if isinstance(home, str) else None
    return NO_TENANT if found is None else found["tenant"]
