"""Judges the settings: what is wrong, and what to write instead."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string

from django_entrance.conf.access_validation import rights_faults
from django_entrance.conf.address_validation import audience_faults, issuer_faults, scope_faults, signed_out_page_faults
from django_entrance.conf.advice import Fault, article, read_list, shown_name
from django_entrance.conf.default_mapping import may_write
from django_entrance.conf.options import (
    ENVIRONMENT,
    OF_ALL,
    OF_AN_AUTHORITY,
    AuthoritySettings,
    FromEnvironment,
    authority_settings,
    raw_authorities,
)
from django_entrance.conf.shapes import UNKNOWN_KEY, Place, key_faults, type_faults
from django_entrance.verification.authority import EVERYBODY, LONGEST_LEEWAY, LOOPBACK, addresses_of
from django_entrance.verification.errors import shown
from django_entrance.verification.issuers import (
    CLOUDS,
    EXTERNAL_ID_DOMAIN,
    GUID,
    PERSONAL_ACCOUNTS,
    SEVERAL_TENANTS,
    TENANT,
)

PROVISIONINGS = ("create", "existing")
DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")

TEXT, TEXTS, WHOLE, SWITCH = "a text", "a list of texts", "a whole number", "True or False"
TYPES: Mapping[str, tuple[Any, str]] = {
    **dict.fromkeys(("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID", "CLOUD", "AUTHORITY_HOST"), (str, TEXT)),
    **dict.fromkeys(("ISSUER_HOST", "APP_ID_URI", "POST_LOGOUT_REDIRECT_URI", "GRAPH_HOST"), (str, TEXT)),
    **dict.fromkeys(("CLIENT_SECRET", "CLIENT_CERTIFICATE", "CLIENT_ASSERTION"), (str, TEXT)),
    **dict.fromkeys(
        ("AUDIENCES", "ALLOWED_CLIENTS", "REQUIRED_SCOPES", "USER_FLOWS", "ADOPT_DOMAINS"), (list | tuple, TEXTS)
    ),
    **dict.fromkeys(("ALLOW_PERSONAL_ACCOUNTS", "OWN_SIGNING_KEYS", "EXPLAIN_REFUSALS", "ADOPT_STAFF"), (bool, SWITCH)),
    **dict.fromkeys(("ALLOW_GUESTS", "ALLOW_AGENTS"), (bool | list | tuple, "True, False or a list of ids")),
    **dict.fromkeys(("LEEWAY", "REMEMBERED_TOKENS", "KEEP_EVENTS"), (int, WHOLE)),
    **dict.fromkeys(("PROVISIONING", "ON_CONFLICT", "OVERAGE", "KEYS_CACHE", "AUTHORITIES_HERE"), (str, TEXT)),
    "ACCESS": (Mapping, 'a dict with "app_roles", "groups" or both'),
    "ALLOWED_TENANTS": (str | list | tuple, f'a list of tenant ids, or "{EVERYBODY}"'),
    "APPLICATIONS": (Mapping, "a dict from an application's client id to the name of its user"),
    "AUTHORITIES": (Mapping, "a dict from a name of yours to a dict of settings"),
    "CLAIM_MAPPING": (Mapping, "a dict from user field to claim name, or to a list of claim names"),
}


def find_faults(raw: Mapping[str, Any], *, debug: bool | None = None) -> Iterator[Fault]:
    """Yield everything that is wrong: ``checks`` shows it, ``conf.start`` and ``conf.current`` refuse it.

    ``debug`` says whether http on this machine will do; it is ``DEBUG`` when left out.
    """
    shapes = list(shape_faults(raw))
    yield from shapes
    if any(fault.check_id != UNKNOWN_KEY for fault in shapes):
        return  # the rest relies on types
    every = raw_authorities(raw)
    debug = settings.DEBUG if debug is None else debug
    of_each = [
        fault for name, own in every.items() for fault in authority_faults(own, place_of(name, raw), debug=debug)
    ]
    yield from of_each
    if not of_each:
        yield from rival_faults(map(authority_settings, every.values()))
    yield from value_faults(raw)
    yield from signed_out_page_faults(raw)
    yield from path_faults(raw)
    yield from mapping_faults(raw["CLAIM_MAPPING"])
    yield from rights_faults(raw, debug=debug)


def shape_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Unknown names and wrong types, in ``ENTRANCE`` and in each of its ``AUTHORITIES``."""
    places: list[Place] = [("ENTRANCE", raw, (*OF_AN_AUTHORITY, *OF_ALL))]
    yield from type_faults(raw, "ENTRANCE", TYPES)
    named = raw.get("AUTHORITIES")
    for name, own in named.items() if isinstance(named, Mapping) else ():
        where = f"ENTRANCE['AUTHORITIES'][{name!r}]"
        if not isinstance(name, str) or not isinstance(own, Mapping):
            hint = "Write for example {'staff': {'TENANT_ID': …, 'CLIENT_ID': …}}."
            yield Fault(check_id="E015", message=f"{where} is not a dict under a name.", hint=hint)
            continue
        places.append((where, own, OF_AN_AUTHORITY))
        yield from type_faults(own, where, TYPES)
    if named is not None and not named:
        hint = "Leave the key out, or name an authority in it."
        yield Fault(check_id="E015", message="ENTRANCE['AUTHORITIES'] is empty.", hint=hint)
    yield from key_faults(places)


def place_of(name: str, raw: Mapping[str, Any]) -> str:
    """Return where the settings of an authority stand, as Python says it."""
    return f"ENTRANCE['AUTHORITIES'][{name!r}]" if "AUTHORITIES" in raw else "ENTRANCE"


def at(own: Mapping[str, Any], key: str, where: str) -> str:
    """Return where a value stands: in the settings, or in which variable of the environment."""
    value = own.get(key)
    return f"{value.variable} in the environment" if isinstance(value, FromEnvironment) else f"{where}[{key!r}]"


def authority_faults(own: Mapping[str, Any], where: str, *, debug: bool) -> Iterator[Fault]:
    for key in ("TENANT_ID", "CLIENT_ID"):
        if not own.get(key):
            hint = f"Set it there, or {' or '.join(ENVIRONMENT[key])} in the environment."
            yield Fault(check_id="E002", message=f"{where} has no {key}.", hint=hint)
    yield from id_faults(own, where)
    yield from host_faults(own, where, debug=debug)
    yield from issuer_faults(own, where)
    yield from scope_faults(own, where)
    yield from audience_faults(own, where)
    yield from tenant_faults(own, where)
    yield from kind_faults(own, where)
    yield from access_faults(own, where)


def id_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    tenant = (own.get("TENANT_ID") or "").lower()
    if tenant and not (GUID.fullmatch(tenant) or DOMAIN.fullmatch(tenant) or tenant in {*SEVERAL_TENANTS, "consumers"}):
        hint = 'Give its GUID, a verified domain, or "organizations", "common" or "consumers".'
        yield Fault(check_id="E004", message=f"{at(own, 'TENANT_ID', where)} names no tenant.", hint=hint)
    for key in ("CLIENT_ID", "SPA_CLIENT_ID"):
        if own.get(key) and not GUID.fullmatch(own[key].lower()):
            hint = "Copy it from the Overview page of the application registration; it is 36 characters long."
            yield Fault(check_id="E004", message=f"{at(own, key, where)} is not a GUID.", hint=hint)


def host_faults(own: Mapping[str, Any], where: str, *, debug: bool) -> Iterator[Fault]:
    cloud, host = own.get("CLOUD"), own.get("AUTHORITY_HOST")
    if cloud is not None and cloud not in CLOUDS:
        hint = f"Choose one of {', '.join(CLOUDS)}; or give AUTHORITY_HOST instead."
        yield Fault(check_id="E014", message=f"{where}['CLOUD'] is none of Microsoft's clouds: {cloud!r}.", hint=hint)
    elif cloud is not None and host is not None:
        hint = "They are one choice: leave one of them out."
        yield Fault(check_id="E014", message=f"{where}['CLOUD'] stands beside AUTHORITY_HOST.", hint=hint)
    if host is None:
        return
    place = at(own, "AUTHORITY_HOST", where)
    try:
        parts = urlsplit(host.lower())
        _ = parts.port
    except ValueError:  # such as half an IPv6 address, or a port that is no number
        parts = urlsplit("")
    is_bare = bool(parts.hostname) and host.lower().rstrip("/") == f"{parts.scheme}://{parts.netloc}"
    if not is_bare or "@" in host or parts.scheme not in {"http", "https"}:
        hint = f"Give scheme and host only, for example {CLOUDS['public']}."
        yield Fault(check_id="E005", message=f"{place} is not the address of a host.", hint=hint)
    elif parts.scheme == "http" and not (debug and parts.hostname in LOOPBACK):
        hint = "http is only for entra-double: on localhost, with DEBUG = True."
        yield Fault(check_id="E006", message=f"{place} uses http.", hint=hint)


def tenant_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Who may enter from several tenants is said, never assumed."""
    tenant, allowed = (own.get("TENANT_ID") or "").lower(), own.get("ALLOWED_TENANTS")
    if tenant in SEVERAL_TENANTS:
        if not are_tenants(allowed):
            hint = f'List the ids of the tenants whose people may enter; "{EVERYBODY}" means those of every tenant.'
            if isinstance(allowed, str) and are_tenants(listed := read_list(allowed)):
                hint = f'Write "ALLOWED_TENANTS": {json.dumps(listed)}.'
            message = f"{where}['ALLOWED_TENANTS'] names no tenants, and {at(own, 'TENANT_ID', where)} has several."
            yield Fault(check_id="E013", message=message, hint=hint)
    elif allowed is not None:
        hint = "Leave it out: TENANT_ID names the only tenant."
        yield Fault(check_id="E013", message=f"{where}['ALLOWED_TENANTS'] is for several tenants.", hint=hint)
    is_open_to_them = tenant in {"common", "consumers", PERSONAL_ACCOUNTS}
    if own.get("ALLOW_PERSONAL_ACCOUNTS") and not is_open_to_them:
        hint = 'Personal accounts come through the TENANT_ID "common" or "consumers" only.'
        yield Fault(check_id="E017", message=f"{where} cannot let in personal accounts.", hint=hint)
    if not own.get("ALLOW_PERSONAL_ACCOUNTS") and tenant in {"consumers", PERSONAL_ACCOUNTS}:
        place, hint = at(own, "TENANT_ID", where), "Write ALLOW_PERSONAL_ACCOUNTS = True to let them in."
        yield Fault(check_id="E017", message=f"{place} has only personal accounts, which are refused.", hint=hint)


def are_tenants(allowed: str | Sequence[str] | None) -> bool:
    if allowed is None or isinstance(allowed, str):
        return allowed == EVERYBODY
    return bool(allowed) and all(each == EVERYBODY or GUID.fullmatch(each.lower()) for each in allowed)


def kind_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """External ID, Azure AD B2C and keys of an application's own are of one tenant, and B2C has user flows."""
    tenant = (own.get("TENANT_ID") or "").lower()
    host = (own.get("AUTHORITY_HOST") or "").lower().rstrip("/")
    if host.endswith(".b2clogin.com") and not own.get("USER_FLOWS"):
        place = at(own, "AUTHORITY_HOST", where)
        hint = 'List the user flows (policies) whose tokens may enter, for example ["B2C_1_sign_in"].'
        yield Fault(check_id="E016", message=f"{where} has no USER_FLOWS, which {place} needs.", hint=hint)
    is_for_customers = own.get("USER_FLOWS") or own.get("ISSUER_HOST") or host.endswith(f".{EXTERNAL_ID_DOMAIN}")
    if is_for_customers and tenant in SEVERAL_TENANTS:
        place, hint = (
            at(own, "TENANT_ID", where),
            "Give the GUID or the domain of the one tenant that has your customers.",
        )
        yield Fault(check_id="E016", message=f"{place} names several tenants of customers.", hint=hint)
    if own.get("OWN_SIGNING_KEYS") and tenant in SEVERAL_TENANTS:
        hint = "Add an authority of the one tenant whose application has a claims mapping policy."
        yield Fault(check_id="E016", message=f"{where}['OWN_SIGNING_KEYS'] is for one tenant.", hint=hint)


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
    addresses = addresses_of(own.AUTHORITY_HOST, own.TENANT_ID, own.USER_FLOWS, own.ISSUER_HOST)
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
        yield Fault(
            check_id="E019", message=f"ENTRANCE['KEYS_CACHE'] names no cache: the text {shown_name(alias)}.", hint=hint
        )
    if path is not None and (problem := problem_of(path)):
        hint = "Give the dotted path of a function that takes a request and returns names of AUTHORITIES."
        yield Fault(check_id="E020", message=f"ENTRANCE['AUTHORITIES_HERE'] names no function: {problem}.", hint=hint)


def problem_of(path: str) -> str:
    """Import what a dotted path names; return why it is no function, or nothing."""
    try:
        found = import_string(path)
    except ImportError as fault:
        return f"{type(fault).__name__}: {shown(str(fault)).rstrip('.')}"
    except Exception as fault:  # a module of the project's own may raise any, with a secret in its text
        return f"to import it raised {type(fault).__name__}"
    if iscoroutinefunction(found):
        return f"{path} is async, and requests are judged in sync code"
    return "" if callable(found) else f"{path} is {article(found)}"


def mapping_faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    for name in mapping:
        if not may_write(name):
            message = f"ENTRANCE['CLAIM_MAPPING'] may not write {name!r} of {get_user_model().__name__}."
            hint = "Name a field of the user model that holds text, and is not the user name or the password."
            yield Fault(check_id="E010", message=message, hint=hint)
