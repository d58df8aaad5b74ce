"""Judges the settings: what is wrong, and what to write instead."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string

from django_entrance.claim_mapping import may_write
from django_entrance.entrance_settings import (
    ENVIRONMENT,
    OF_ALL,
    OF_AN_AUTHORITY,
    AuthoritySettings,
    authority_settings,
    raw_authorities,
)
from django_entrance.verification.authority import EVERYBODY, LONGEST_LEEWAY, LOOPBACK, addresses_of
from django_entrance.verification.issuers import CLOUDS, GUID, PERSONAL_ACCOUNTS, SEVERAL_TENANTS, TENANT

PROVISIONINGS = ("create", "existing")
DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")

TEXT, TEXTS, WHOLE, SWITCH = "a text", "a list of texts", "a whole number", "True or False"
TYPES: Mapping[str, tuple[Any, str]] = {
    **dict.fromkeys(("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID", "CLOUD", "AUTHORITY_HOST"), (str, TEXT)),
    **dict.fromkeys(("AUDIENCES", "ALLOWED_CLIENTS", "REQUIRED_SCOPES", "USER_FLOWS"), (list | tuple, TEXTS)),
    **dict.fromkeys(("ALLOW_GUESTS", "ALLOW_PERSONAL_ACCOUNTS", "EXPLAIN_REFUSALS"), (bool, SWITCH)),
    **dict.fromkeys(("LEEWAY", "REMEMBERED_TOKENS"), (int, WHOLE)),
    **dict.fromkeys(("PROVISIONING", "KEYS_CACHE", "AUTHORITIES_HERE"), (str, TEXT)),
    "ALLOWED_TENANTS": (str | list | tuple, f'a list of tenant ids, or "{EVERYBODY}"'),
    "APPLICATIONS": (Mapping, "a dict from an application's client id to the name of its user"),
    "AUTHORITIES": (Mapping, "a dict from a name of yours to a dict of settings"),
    "CLAIM_MAPPING": (Mapping, "a dict from user field to claim name, or to a list of claim names"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with ``ENTRANCE``: the id of its system check, what is wrong, what to do."""

    check_id: str
    message: str
    hint: str


def find_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield everything that is wrong: ``checks`` shows it at start, ``conf.current`` refuses it at the first use."""
    shapes = list(shape_faults(raw))
    yield from shapes
    if shapes:
        return
    every = raw_authorities(raw)
    of_each = [fault for name, own in every.items() for fault in authority_faults(own, place_of(name, raw))]
    yield from of_each
    if not of_each:
        yield from rival_faults(map(authority_settings, every.values()))
    yield from value_faults(raw)
    yield from path_faults(raw)
    yield from mapping_faults(raw["CLAIM_MAPPING"])


def shape_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Unknown names and wrong types, in ``ENTRANCE`` and in each of its ``AUTHORITIES``."""
    yield from key_faults(raw, (*OF_AN_AUTHORITY, *OF_ALL), "ENTRANCE")
    yield from type_faults(raw, "ENTRANCE")
    named = raw.get("AUTHORITIES")
    for name, own in named.items() if isinstance(named, Mapping) else ():
        where = f"ENTRANCE['AUTHORITIES'][{name!r}]"
        if not isinstance(name, str) or not isinstance(own, Mapping):
            hint = "Write for example {'staff': {'TENANT_ID': …, 'CLIENT_ID': …}}."
            yield Fault(check_id="E015", message=f"{where} is not a dict under a name.", hint=hint)
            continue
        yield from key_faults(own, OF_AN_AUTHORITY, where)
        yield from type_faults(own, where)
    if named is not None and not named:
        hint = "Leave the key out, or name an authority in it."
        yield Fault(check_id="E015", message="ENTRANCE['AUTHORITIES'] is empty.", hint=hint)


def key_faults(own: Mapping[str, Any], known: tuple[str, ...], where: str) -> Iterator[Fault]:
    for key in own.keys() - set(known):
        meant = get_close_matches(str(key), known, n=1)
        hint = f"Did you mean {meant[0]}?" if meant else f"Known keys: {', '.join(sorted(set(known)))}."
        yield Fault(check_id="E001", message=f"{where} has an unknown key {key!r}.", hint=hint)


def type_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    for key, value in own.items():
        kind, words = TYPES.get(key, (object, ""))
        if value is None or (isinstance(value, kind) and (key == "AUTHORITIES" or are_texts(value))):
            continue
        yield Fault(check_id="E003", message=f"{where}[{key!r}] is of the wrong type.", hint=f"Give {words}.")


def are_texts(value: object) -> bool:
    """A list holds only texts that are not empty; a mapping only texts and such lists; the rest is not asked."""
    if isinstance(value, list | tuple):
        return all(isinstance(item, str) and item for item in value)
    if isinstance(value, Mapping):
        return all(isinstance(item, str | list | tuple) and item and are_texts(item) for item in value.values())
    return True


def place_of(name: str, raw: Mapping[str, Any]) -> str:
    """Return where the settings of an authority stand, as Python says it."""
    return f"ENTRANCE['AUTHORITIES'][{name!r}]" if "AUTHORITIES" in raw else "ENTRANCE"


def authority_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    for key in ("TENANT_ID", "CLIENT_ID"):
        if not own.get(key):
            hint = f"Set it there, or {ENVIRONMENT[key]} in the environment."
            yield Fault(check_id="E002", message=f"{where} has no {key}.", hint=hint)
    yield from id_faults(own, where)
    yield from host_faults(own, where)
    yield from tenant_faults(own, where)
    yield from kind_faults(own, where)
    yield from access_faults(own, where)


def id_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    tenant = (own.get("TENANT_ID") or "").lower()
    if tenant and not (GUID.fullmatch(tenant) or DOMAIN.fullmatch(tenant) or tenant in {*SEVERAL_TENANTS, "consumers"}):
        hint = 'Give its GUID, a verified domain, or "organizations", "common" or "consumers".'
        yield Fault(check_id="E004", message=f"{where}['TENANT_ID'] names no tenant.", hint=hint)
    for key in ("CLIENT_ID", "SPA_CLIENT_ID"):
        if own.get(key) and not GUID.fullmatch(own[key].lower()):
            hint = "Copy it from the Overview page of the application registration; it is 36 characters long."
            yield Fault(check_id="E004", message=f"{where}[{key!r}] is not a GUID.", hint=hint)


def host_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    cloud, host = own.get("CLOUD"), own.get("AUTHORITY_HOST")
    if cloud is not None and (cloud not in CLOUDS or host is not None):
        hint = f"Choose one of {', '.join(CLOUDS)}, and leave AUTHORITY_HOST out; or give that instead."
        yield Fault(check_id="E014", message=f"{where}['CLOUD'] does not say which cloud.", hint=hint)
    if host is None:
        return
    try:
        parts = urlsplit(host.lower())
    except ValueError:  # such as half an IPv6 address
        parts = urlsplit("")
    is_bare = bool(parts.hostname) and host.lower().rstrip("/") == f"{parts.scheme}://{parts.netloc}"
    if not is_bare or "@" in host or parts.scheme not in {"http", "https"}:
        hint = f"Give scheme and host only, for example {CLOUDS['public']}."
        yield Fault(check_id="E005", message=f"{where}['AUTHORITY_HOST'] is not the address of a host.", hint=hint)
    elif parts.scheme == "http" and not (settings.DEBUG and parts.hostname in LOOPBACK):
        hint = "http is only for entra-local: on localhost, with DEBUG = True."
        yield Fault(check_id="E006", message=f"{where}['AUTHORITY_HOST'] uses http.", hint=hint)


def tenant_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Who may enter from several tenants is said, never assumed."""
    tenant, allowed = (own.get("TENANT_ID") or "").lower(), own.get("ALLOWED_TENANTS")
    if tenant in SEVERAL_TENANTS:
        if not are_tenants(allowed):
            hint = f'List the ids of the tenants whose people may enter; "{EVERYBODY}" means those of every tenant.'
            yield Fault(check_id="E013", message=f"{where}['ALLOWED_TENANTS'] names no tenants.", hint=hint)
    elif allowed is not None:
        hint = "Leave it out: TENANT_ID names the only tenant."
        yield Fault(check_id="E013", message=f"{where}['ALLOWED_TENANTS'] is for several tenants.", hint=hint)
    is_open_to_them = tenant in {"common", "consumers", PERSONAL_ACCOUNTS}
    if own.get("ALLOW_PERSONAL_ACCOUNTS") and not is_open_to_them:
        hint = 'Personal accounts come through the TENANT_ID "common" or "consumers" only.'
        yield Fault(check_id="E017", message=f"{where} cannot let in personal accounts.", hint=hint)
    if not own.get("ALLOW_PERSONAL_ACCOUNTS") and tenant in {"consumers", PERSONAL_ACCOUNTS}:
        hint = "Write ALLOW_PERSONAL_ACCOUNTS = True to let them in."
        yield Fault(check_id="E017", message=f"{where} names only personal accounts, which are refused.", hint=hint)


def are_tenants(allowed: str | list[str] | tuple[str, ...] | None) -> bool:
    if allowed is None or isinstance(allowed, str):
        return allowed == EVERYBODY
    return bool(allowed) and all(each == EVERYBODY or GUID.fullmatch(each.lower()) for each in allowed)


def kind_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """External ID and Azure AD B2C have one tenant, and B2C has user flows."""
    tenant = (own.get("TENANT_ID") or "").lower()
    host = (own.get("AUTHORITY_HOST") or "").lower().rstrip("/")
    if host.endswith(".b2clogin.com") and not own.get("USER_FLOWS"):
        hint = 'List the user flows (policies) whose tokens may enter, for example ["B2C_1_sign_in"].'
        yield Fault(check_id="E016", message=f"{where} has no USER_FLOWS.", hint=hint)
    if (own.get("USER_FLOWS") or host.endswith(".ciamlogin.com")) and tenant in SEVERAL_TENANTS:
        hint = "Give the GUID or the domain of the one tenant that has your customers."
        yield Fault(check_id="E016", message=f"{where} names several tenants of customers.", hint=hint)


def access_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if not 0 <= own.get("LEEWAY", 60) <= LONGEST_LEEWAY:
        hint = f"Give 0 to {LONGEST_LEEWAY} seconds; mend the clock if that is not enough."
        yield Fault(check_id="E008", message=f"{where}['LEEWAY'] is out of range.", hint=hint)
    clients = own.get("ALLOWED_CLIENTS")
    if clients is not None and not (clients and all(GUID.fullmatch(client.lower()) for client in clients)):
        hint = "List client ids, which are GUIDs, or leave the key out for the default; others would let nobody in."
        yield Fault(check_id="E009", message=f"{where}['ALLOWED_CLIENTS'] names no clients.", hint=hint)
    applications = own.get("APPLICATIONS") or {}
    if not all(GUID.fullmatch(str(client).lower()) and isinstance(user, str) for client, user in applications.items()):
        hint = "Write each application's client id, a GUID, and the name of the one user that it acts as."
        yield Fault(check_id="E018", message=f"{where}['APPLICATIONS'] does not name applications.", hint=hint)
    if applications and (own.get("TENANT_ID") or "").lower() in SEVERAL_TENANTS:
        hint = "A client id means another principal in each tenant: add an authority of one tenant for it."
        yield Fault(check_id="E018", message=f"{where}['APPLICATIONS'] is for one tenant.", hint=hint)


def rival_faults(every: Iterable[AuthoritySettings]) -> Iterator[Fault]:
    """Of two authorities with the same tokens, the second would never be asked."""
    if any(count > 1 for count in Counter(map(issuer_of, every)).values()):
        hint = "Make one of them, and list the other's audience in AUDIENCES and its clients in ALLOWED_CLIENTS."
        yield Fault(check_id="E015", message="ENTRANCE['AUTHORITIES'] names the same tenant twice.", hint=hint)


def issuer_of(own: AuthoritySettings) -> str:
    """Return how an authority names itself in v2.0 tokens: a domain stands for its GUID, TENANT for several tenants."""
    addresses = addresses_of(own.AUTHORITY_HOST, own.TENANT_ID, own.USER_FLOWS)
    tenant = PERSONAL_ACCOUNTS if own.TENANT_ID == "consumers" else own.TENANT_ID
    return addresses.issuer if own.has_several_tenants else addresses.issuer.replace(TENANT, tenant)


def value_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    if raw.get("PROVISIONING", "create") not in PROVISIONINGS:
        hint = f"Choose one of {', '.join(PROVISIONINGS)}."
        yield Fault(check_id="E007", message="ENTRANCE['PROVISIONING'] is not known.", hint=hint)
    if raw.get("REMEMBERED_TOKENS", 0) < 0:
        hint = "Give how many proved tokens a process may remember; 0 remembers none."
        yield Fault(check_id="E008", message="ENTRANCE['REMEMBERED_TOKENS'] is out of range.", hint=hint)


def path_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """What the settings name must be there: a cache, a function."""
    alias, path = raw.get("KEYS_CACHE"), raw.get("AUTHORITIES_HERE")
    if alias is not None and alias not in settings.CACHES:
        hint = f"Name one of CACHES: {', '.join(settings.CACHES)}."
        yield Fault(check_id="E019", message=f"ENTRANCE['KEYS_CACHE'] names no cache: {alias!r}.", hint=hint)
    try:
        is_function = path is None or callable(import_string(path))
    except ImportError:
        is_function = False
    if not is_function:
        hint = "Give the dotted path of a function that takes a request and returns names of AUTHORITIES."
        yield Fault(check_id="E020", message="ENTRANCE['AUTHORITIES_HERE'] names no function.", hint=hint)


def mapping_faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    for name in mapping:
        if not may_write(name):
            message = f"ENTRANCE['CLAIM_MAPPING'] may not write {name!r} of {get_user_model().__name__}."
            hint = "Name a field of the user model that holds text, and is not the user name or the password."
            yield Fault(check_id="E010", message=message, hint=hint)
