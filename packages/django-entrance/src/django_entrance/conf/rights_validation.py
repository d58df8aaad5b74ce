"""Validates what gives people rights: ``ACCESS``, adopting, client credentials."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField

from django_entrance.conf.advice import Problem
from django_entrance.conf.options import raw_authorities
from django_entrance.verification.issuers import GUID, SEVERAL_TENANTS

CHOICES: Mapping[str, tuple[str, ...]] = {
    "ON_CONFLICT": ("connect", "separate"),
    "OVERAGE": ("graph", "refuse", "last"),
}
CREDENTIALS = ("CLIENT_SECRET", "CLIENT_CERTIFICATE", "CLIENT_ASSERTION")
DOMAIN = re.compile(r"@?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)


def rights_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the settings that give people rights."""
    yield from choice_problems(raw)
    yield from access_problems(raw.get("ACCESS") or {})
    yield from adopting_problems(raw)
    for name, own in raw_authorities(raw).items():
        where = f"ENTRANCE['AUTHORITIES'][{name!r}]" if "AUTHORITIES" in raw else "ENTRANCE"
        yield from credential_problems(own, where)
        yield from allowed_problems(own, where)


def choice_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key, choices in CHOICES.items():
        if raw.get(key, choices[0]) not in choices:
            hint = f"Choose one of {', '.join(choices)}."
            yield Problem(check_id="E007", message=f"ENTRANCE[{key!r}] is not known.", hint=hint)
    if raw.get("KEEP_EVENTS", 0) < 0:
        hint = "Give seconds; 0 keeps no events."
        yield Problem(check_id="E008", message="ENTRANCE['KEEP_EVENTS'] is out of range.", hint=hint)


def access_problems(access: Mapping[str, Any]) -> Iterator[Problem]:
    for kind in access:
        if kind not in ("app_roles", "groups"):
            hint = 'Write {"app_roles": {…}, "groups": {…}}.'
            yield Problem(check_id="E023", message=f"ENTRANCE['ACCESS'] has an unknown key {kind!r}.", hint=hint)
    for kind in ("app_roles", "groups"):
        grants = access.get(kind) or {}
        if not isinstance(grants, Mapping):
            hint = f'Write "{kind}": {{"Editor": {{"groups": ["editors"]}}}}.'
            yield Problem(check_id="E023", message=f"ENTRANCE['ACCESS'][{kind!r}] is not a dict.", hint=hint)
            continue
        for source, grant in grants.items():
            yield from source_problems(kind, source)
            yield from grant_problems(grant, f"ENTRANCE['ACCESS'][{kind!r}][{source!r}]")


def source_problems(kind: str, source: object) -> Iterator[Problem]:
    if not isinstance(source, str) or not source or (kind == "groups" and not GUID.fullmatch(source.lower())):
        hint = (
            "Name a group by its object id, a GUID from its Overview page: names of groups change."
            if kind == "groups"
            else "Name an app role by its value, as the token has it."
        )
        yield Problem(check_id="E023", message=f"ENTRANCE['ACCESS'][{kind!r}] has the key {source!r}.", hint=hint)


def grant_problems(grant: object, where: str) -> Iterator[Problem]:
    if not isinstance(grant, Mapping):
        yield Problem(check_id="E023", message=f"{where} is not a dict.", hint='Write {"groups": ["editors"]}.')
        return
    for name, value in grant.items():
        if name == "groups":
            if not is_names(value):
                hint = 'Write a list of names of Django groups: {"groups": ["editors"]}.'
                yield Problem(check_id="E023", message=f"{where}['groups'] is no list of names.", hint=hint)
        elif not is_flag(name):
            hint = "Give Django groups, or True for a flag of the user model such as is_staff; never is_active."
            yield Problem(check_id="E023", message=f"{where} cannot give {name!r}.", hint=hint)
        elif value is not True:
            hint = f'Write "{name}": True, or leave it out: who lacks the role does not get it.'
            yield Problem(check_id="E023", message=f"{where}[{name!r}] is not True.", hint=hint)


def is_names(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) and name for name in value)


def is_flag(name: object) -> bool:
    """Return whether the user model has a boolean field of that name that sign-ins may set."""
    if not isinstance(name, str) or name == "is_active":
        return False
    try:
        return isinstance(get_user_model()._meta.get_field(name), BooleanField)
    except FieldDoesNotExist:
        return False


def adopting_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    domains = raw.get("ADOPT_DOMAINS") or ()
    if not all(DOMAIN.fullmatch(domain) for domain in domains):
        hint = 'List domains that your tenant has verified: ["contoso.com"].'
        yield Problem(check_id="E024", message="ENTRANCE['ADOPT_DOMAINS'] names no domains.", hint=hint)
    tenants = [(own.get("TENANT_ID") or "").lower() for own in raw_authorities(raw).values()]
    if domains and all(tenant in {*SEVERAL_TENANTS, "consumers"} for tenant in tenants):
        hint = "Adopting is for the members of one tenant: give TENANT_ID, or leave ADOPT_DOMAINS out."
        yield Problem(check_id="E024", message="ENTRANCE['ADOPT_DOMAINS'] is for one tenant.", hint=hint)
    if raw.get("ADOPT_STAFF") and not domains:
        hint = "Name the domains in ADOPT_DOMAINS, or leave ADOPT_STAFF out."
        yield Problem(check_id="E024", message="ENTRANCE['ADOPT_STAFF'] adopts nothing.", hint=hint)


def credential_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    given = [key for key in CREDENTIALS if own.get(key)]
    if len(given) > 1 and not all(hasattr(own[key], "variable") for key in given):
        hint = "They are one choice: leave one of them out."
        yield Problem(check_id="E025", message=f"{where}: {' and '.join(given)} stand beside each other.", hint=hint)
    host = own.get("GRAPH_HOST")
    if host is not None and not re.fullmatch(r"https?://[^/@?#\s]+/?", host):
        hint = 'Write scheme and host alone: "https://graph.microsoft.com".'
        yield Problem(check_id="E025", message=f"{where}['GRAPH_HOST'] is not scheme and host.", hint=hint)


def allowed_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for key, what in {"ALLOW_GUESTS": "home tenants", "ALLOW_AGENTS": "agents"}.items():
        if not are_ids(own.get(key, True)):
            hint = f"Write True, False, or a list of ids of {what}, which are GUIDs."
            yield Problem(check_id="E009", message=f"{where}[{key!r}] names no {what}.", hint=hint)


def are_ids(value: bool | Iterable[str]) -> bool:
    return isinstance(value, bool) or (bool(value) and all(GUID.fullmatch(each.lower()) for each in value))
