"""Validates the settings that decide which tenants, clients and applications may enter."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django_entrance.conf.advice import Problem, location, to_list
from django_entrance.conf.options import normal_host
from django_entrance.verification.issuers import EXTERNAL_ID_DOMAIN, GUID, PERSONAL_ACCOUNTS, SEVERAL_TENANTS
from django_entrance.verification.policy import ANY_TENANT, LONGEST_LEEWAY


def tenant_of(own: Mapping[str, Any]) -> str:
    return (own.get("TENANT_ID") or "").lower()


def tenant_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """Yield a problem where several tenants could enter and the settings do not list them: there is no default."""
    tenant, allowed, place = tenant_of(own), own.get("ALLOWED_TENANTS"), location(own, "TENANT_ID", where)
    if tenant in SEVERAL_TENANTS and not are_tenants(allowed):
        hint = f'List the ids of the tenants that may enter; "{ANY_TENANT}" allows every tenant.'
        if isinstance(allowed, str) and are_tenants(listed := to_list(allowed)):
            hint = f'Write "ALLOWED_TENANTS": {json.dumps(listed)}.'
        message = f"{where}['ALLOWED_TENANTS'] has no tenant ids, and {place} stands for several tenants."
        yield Problem(check_id="E013", message=message, hint=hint)
    elif tenant not in SEVERAL_TENANTS and allowed is not None:
        hint = "Leave it out: TENANT_ID is the only tenant."
        yield Problem(check_id="E013", message=f"{where}['ALLOWED_TENANTS'] is for several tenants.", hint=hint)
    has_personal_accounts = tenant in {"common", "consumers", PERSONAL_ACCOUNTS}
    if own.get("ALLOW_PERSONAL_ACCOUNTS") and not has_personal_accounts:
        hint = 'Personal accounts sign in only with "common" or "consumers" as TENANT_ID.'
        yield Problem(check_id="E017", message=f"{where} cannot allow personal accounts.", hint=hint)
    if not own.get("ALLOW_PERSONAL_ACCOUNTS") and tenant in {"consumers", PERSONAL_ACCOUNTS}:
        hint = "Write ALLOW_PERSONAL_ACCOUNTS = True to allow them."
        message = f"{place} has only personal accounts, which are not allowed."
        yield Problem(check_id="E017", message=message, hint=hint)


def are_tenants(allowed: str | Sequence[str] | None) -> bool:
    if allowed is None or isinstance(allowed, str):
        return allowed == ANY_TENANT
    return bool(allowed) and all(each == ANY_TENANT or GUID.fullmatch(each.lower()) for each in allowed)


def tenant_type_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """External ID, Azure AD B2C and an application's own signing keys need one tenant, and B2C needs user flows."""
    host, has_several_tenants = normal_host(own.get("AUTHORITY_HOST") or ""), tenant_of(own) in SEVERAL_TENANTS
    if host.endswith(".b2clogin.com") and not own.get("USER_FLOWS"):
        hint = 'List the user flows (policies) that may issue tokens, for example ["B2C_1_sign_in"].'
        message = f"{where} has no USER_FLOWS, which {location(own, 'AUTHORITY_HOST', where)} needs."
        yield Problem(check_id="E016", message=message, hint=hint)
    is_for_customers = own.get("USER_FLOWS") or own.get("ISSUER_HOST") or host.endswith(f".{EXTERNAL_ID_DOMAIN}")
    if is_for_customers and has_several_tenants:
        hint = "Write the GUID or the domain of the one tenant that has your customers."
        message = f"{location(own, 'TENANT_ID', where)} stands for several tenants, and customers have one."
        yield Problem(check_id="E016", message=message, hint=hint)
    if own.get("OWN_SIGNING_KEYS") and has_several_tenants:
        hint = "Add an authority for the one tenant where the application has a claims mapping policy."
        yield Problem(check_id="E016", message=f"{where}['OWN_SIGNING_KEYS'] is for one tenant.", hint=hint)


def access_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    if not 0 <= own.get("LEEWAY", 60) <= LONGEST_LEEWAY:
        hint = f"Write 0 to {LONGEST_LEEWAY} seconds; correct the clock if that is not enough."
        yield Problem(check_id="E008", message=f"{where}['LEEWAY'] is out of range.", hint=hint)
    clients = own.get("ALLOWED_CLIENTS")
    if clients is not None and not (clients and all(GUID.fullmatch(client.lower()) for client in clients)):
        hint = "List client ids, which are GUIDs, or leave the key out for the default. No token has other values."
        yield Problem(check_id="E009", message=f"{where}['ALLOWED_CLIENTS'] is not a list of client ids.", hint=hint)
    applications = own.get("APPLICATIONS") or {}
    if not all(GUID.fullmatch(str(client).lower()) and isinstance(user, str) for client, user in applications.items()):
        hint = "Map each application's client id, a GUID, to the name of the user that it acts as."
        message = f"{where}['APPLICATIONS'] does not map client ids to user names."
        yield Problem(check_id="E018", message=message, hint=hint)
    if applications and tenant_of(own) in SEVERAL_TENANTS:
        hint = "A client id is another principal in each tenant: add an authority for one tenant."
        yield Problem(check_id="E018", message=f"{where}['APPLICATIONS'] is for one tenant.", hint=hint)
