"""Validates what gives people rights: ``ACCESS``, adopting, client credentials."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField

from django_entrance.conf.advice import Fault
from django_entrance.conf.options import CREDENTIALS, MANAGED_IDENTITY, raw_authorities
from django_entrance.verification.authority import LOOPBACK
from django_entrance.verification.issuers import GUID, SEVERAL_TENANTS

CHOICES: Mapping[str, tuple[str, ...]] = {
    "ON_CONFLICT": ("connect", "separate"),
    "OVERAGE": ("graph", "refuse", "last"),
}
HOST = re.compile(r"(?P<scheme>https?)://(?P<name>[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?/?")
LONGEST_GROUP = 150
"""Characters of a Django group's name."""

DOMAIN = re.compile(r"@?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)


def rights_faults(raw: Mapping[str, Any], *, debug: bool) -> Iterator[Fault]:
    """Yield what is wrong with the settings that give people rights.

    ``debug`` says whether http on this machine will do.
    """
    yield from choice_faults(raw)
    yield from access_faults(raw.get("ACCESS") or {})
    yield from adopting_faults(raw)
    for name, own in raw_authorities(raw).items():
        where = f"ENTRANCE['AUTHORITIES'][{name!r}]" if "AUTHORITIES" in raw else "ENTRANCE"
        yield from credential_faults(own, where)
        yield from graph_faults(own, where, debug=debug)
        yield from allowed_faults(own, where)


def choice_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for key, choices in CHOICES.items():
        if raw.get(key, choices[0]) not in choices:
            hint = f"Choose one of {', '.join(choices)}."
            yield Fault(check_id="E007", message=f"ENTRANCE[{key!r}] is not known.", hint=hint)
    if raw.get("KEEP_EVENTS", 0) < 0:
        hint = "Give seconds; 0 keeps no events."
        yield Fault(check_id="E008", message="ENTRANCE['KEEP_EVENTS'] is out of range.", hint=hint)


def access_faults(access: Mapping[str, Any]) -> Iterator[Fault]:
    for kind in access:
        if kind not in ("app_roles", "groups"):
            hint = 'Write {"app_roles": {…}, "groups": {…}}.'
            yield Fault(check_id="E023", message=f"ENTRANCE['ACCESS'] has an unknown key {kind!r}.", hint=hint)
    for kind in ("app_roles", "groups"):
        grants = access.get(kind) or {}
        if not isinstance(grants, Mapping):
            hint = f'Write "{kind}": {{"Editor": {{"groups": ["editors"]}}}}.'
            yield Fault(check_id="E023", message=f"ENTRANCE['ACCESS'][{kind!r}] is not a dict.", hint=hint)
            continue
        yield from twin_faults(kind, grants)
        for source, grant in grants.items():
            yield from source_faults(kind, source)
            yield from grant_faults(grant, f"ENTRANCE['ACCESS'][{kind!r}][{source!r}]")


def twin_faults(kind: str, grants: Mapping[Any, Any]) -> Iterator[Fault]:
    ids = [str(source).lower() for source in grants] if kind == "groups" else []
    if len(set(ids)) < len(ids):
        hint = "Upper and lower case are the same in an object id: write each group once, with all that it gives."
        yield Fault(check_id="E023", message="ENTRANCE['ACCESS']['groups'] names a group twice.", hint=hint)


def source_faults(kind: str, source: object) -> Iterator[Fault]:
    if not isinstance(source, str) or not source or (kind == "groups" and not GUID.fullmatch(source.lower())):
        hint = (
            "Name a group by its object id, a GUID from its Overview page: names of groups change."
            if kind == "groups"
            else "Name an app role by its value, as the token has it."
        )
        yield Fault(check_id="E023", message=f"ENTRANCE['ACCESS'][{kind!r}] has the key {source!r}.", hint=hint)


def grant_faults(grant: object, where: str) -> Iterator[Fault]:
    if not isinstance(grant, Mapping):
        yield Fault(check_id="E023", message=f"{where} is not a dict.", hint='Write {"groups": ["editors"]}.')
        return
    for name, value in grant.items():
        if name == "groups":
            if not is_names(value):
                hint = f'Write names of Django groups: {{"groups": ["editors"]}}, of {LONGEST_GROUP} letters at most.'
                yield Fault(check_id="E023", message=f"{where}['groups'] is no list of names.", hint=hint)
            elif not has_groups(get_user_model()):
                hint = "Add Django's PermissionsMixin to the user model, or give flags of its own alone."
                yield Fault(check_id="E023", message=f"{where} gives groups, and the user model has none.", hint=hint)
        elif not is_flag(name):
            hint = "Give Django groups, or True for a flag of the user model such as is_staff; never is_active."
            yield Fault(check_id="E023", message=f"{where} cannot give {name!r}.", hint=hint)
        elif value is not True:
            hint = f'Write "{name}": True, or leave it out: who lacks the role does not get it.'
            yield Fault(check_id="E023", message=f"{where}[{name!r}] is not True.", hint=hint)


def is_names(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(name, str) and 0 < len(name) <= LONGEST_GROUP for name in value
    )


def has_groups(user_model: type[Any]) -> bool:
    """Return whether users have Django's own groups."""
    return any(
        (field.name, field.related_model._meta.label) == ("groups", "auth.Group")
        for field in user_model._meta.many_to_many
    )


def is_flag(name: object) -> bool:
    """Return whether the user model has a boolean field of that name that sign-ins may set."""
    if not isinstance(name, str) or name == "is_active":
        return False
    try:
        return isinstance(get_user_model()._meta.get_field(name), BooleanField)
    except FieldDoesNotExist:
        return False


def adopting_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    domains = raw.get("ADOPT_DOMAINS") or ()
    if not all(DOMAIN.fullmatch(domain) for domain in domains):
        hint = 'List domains that your tenant has verified: ["contoso.com"].'
        yield Fault(check_id="E024", message="ENTRANCE['ADOPT_DOMAINS'] names no domains.", hint=hint)
    tenants = [(own.get("TENANT_ID") or "").lower() for own in raw_authorities(raw).values()]
    if domains and all(tenant in {*SEVERAL_TENANTS, "consumers"} for tenant in tenants):
        hint = "Adopting is for the members of one tenant: give TENANT_ID, or leave ADOPT_DOMAINS out."
        yield Fault(check_id="E024", message="ENTRANCE['ADOPT_DOMAINS'] is for one tenant.", hint=hint)
    if raw.get("ADOPT_STAFF") and not domains:
        hint = "Name the domains in ADOPT_DOMAINS, or leave ADOPT_STAFF out."
        yield Fault(check_id="E024", message="ENTRANCE['ADOPT_STAFF'] adopts nothing.", hint=hint)


def credential_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Those of the environment may be several: one of ours takes their place, else they count in the order here."""
    given = [key for key in CREDENTIALS if own.get(key)]
    if len(given) > 1 and not all(hasattr(own[key], "variable") for key in given):
        hint = "They are one choice: leave one of them out."
        yield Fault(check_id="E025", message=f"{where}: {' and '.join(given)} stand beside each other.", hint=hint)
    kind, colon, identity = (own.get("CLIENT_ASSERTION") or "").partition(":")
    if kind == MANAGED_IDENTITY and colon and not GUID.fullmatch(identity.lower()):
        hint = 'Write "managed-identity:" and the client id of the user-assigned identity, which is a GUID.'
        yield Fault(check_id="E025", message=f"{where}['CLIENT_ASSERTION'] names no identity.", hint=hint)


def graph_faults(own: Mapping[str, Any], where: str, *, debug: bool) -> Iterator[Fault]:
    host = own.get("GRAPH_HOST")
    parts = None if host is None else HOST.fullmatch(host.lower())
    if host is not None and parts is None:
        hint = 'Write scheme and host alone: "https://graph.microsoft.com".'
        yield Fault(check_id="E025", message=f"{where}['GRAPH_HOST'] is not scheme and host.", hint=hint)
    elif parts is not None and parts["scheme"] == "http" and not (debug and parts["name"].strip("[]") in LOOPBACK):
        hint = "http is only for entra-double: on localhost, with DEBUG = True."
        yield Fault(check_id="E025", message=f"{where}['GRAPH_HOST'] uses http.", hint=hint)


def allowed_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    for key, what in {"ALLOW_GUESTS": "home tenants", "ALLOW_AGENTS": "agents"}.items():
        if not are_ids(own.get(key, True)):
            hint = f"Write True, False, or a list of ids of {what}, which are GUIDs."
            yield Fault(check_id="E009", message=f"{where}[{key!r}] names no {what}.", hint=hint)


def are_ids(value: bool | Iterable[str]) -> bool:
    return isinstance(value, bool) or (bool(value) and all(GUID.fullmatch(each.lower()) for each in value))
