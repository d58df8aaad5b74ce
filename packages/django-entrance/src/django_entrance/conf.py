"""The one place that reads settings: ``ENTRANCE`` and, where it is silent, the environment."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.core.signals import setting_changed
from django.db.models import Field
from django.dispatch import receiver

from django_entrance.verification.authority import GUID, Authority, single_tenant
from django_entrance.verification.keys import fetch_document
from django_entrance.verification.proved import ProvedTokens

PUBLIC_CLOUD = "https://login.microsoftonline.com"
MICROSOFT_HOSTS = frozenset(
    {PUBLIC_CLOUD, "https://login.microsoftonline.us", "https://login.partner.microsoftonline.cn"}
)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_LEEWAY = 300

ENVIRONMENT = {
    "TENANT_ID": "AZURE_TENANT_ID",
    "CLIENT_ID": "AZURE_CLIENT_ID",
    "SPA_CLIENT_ID": "AZURE_SPA_CLIENT_ID",
    "AUTHORITY_HOST": "AZURE_AUTHORITY_HOST",
}
TEXTS = ("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID", "AUTHORITY_HOST")
LISTS = ("AUDIENCES", "ALLOWED_CLIENTS", "REQUIRED_SCOPES")
PROVISIONINGS = ("create", "existing")

#: Fields of a user that no claim may ever write.
GUARDED_FIELDS = frozenset(
    {"id", "pk", "password", "is_active", "is_staff", "is_superuser", "last_login", "date_joined"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntranceSettings:
    """``settings.ENTRANCE``, complete and judged; ``docs/reference/settings.md`` explains each key."""

    TENANT_ID: str
    CLIENT_ID: str
    SPA_CLIENT_ID: str | None = None
    AUTHORITY_HOST: str = PUBLIC_CLOUD
    AUDIENCES: tuple[str, ...] = ()
    ALLOWED_CLIENTS: tuple[str, ...] | None = None
    REQUIRED_SCOPES: tuple[str, ...] = ()
    CLAIM_MAPPING: Mapping[str, tuple[str, ...]]
    PROVISIONING: str = "create"
    LEEWAY: int = 60
    EXPLAIN_REFUSALS: bool
    REMEMBERED_TOKENS: int = 4096


KEYS = frozenset(setting.name for setting in fields(EntranceSettings))

DEFAULTS: Mapping[str, Any] = {
    "AUTHORITY_HOST": PUBLIC_CLOUD,
    "CLAIM_MAPPING": {
        "first_name": "given_name",
        "last_name": "family_name",
        "email": ["email", "upn", "preferred_username"],
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with ``ENTRANCE``: the id of its system check, what is wrong, what to do."""

    check_id: str
    message: str
    hint: str


@cache
def current() -> EntranceSettings:
    """Return the settings, read late and kept until a test overrides them.

    Raises:
        ImproperlyConfigured: with every fault that ``manage.py check`` would name.
    """
    raw = read_raw()
    if faults := list(find_faults(raw)):
        raise ImproperlyConfigured(" ".join(f"{fault.message} {fault.hint}" for fault in faults))
    return EntranceSettings(
        **raw
        | {key: raw[key].lower() for key in ("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID") if raw.get(key)}
        | {key: tuple(raw[key]) for key in LISTS if raw.get(key) is not None}
        | {"AUTHORITY_HOST": raw["AUTHORITY_HOST"].rstrip("/")}
        | {"CLAIM_MAPPING": {name: claim_names(claims) for name, claims in raw["CLAIM_MAPPING"].items()}}
        | {"EXPLAIN_REFUSALS": raw.get("EXPLAIN_REFUSALS", settings.DEBUG)}
    )


@cache
def authorities() -> tuple[Authority, ...]:
    """Return whom this project trusts, with their signing keys; one set for the whole process."""
    conf = current()
    default_clients = (conf.SPA_CLIENT_ID, conf.CLIENT_ID) if conf.SPA_CLIENT_ID else None
    allowed_clients = conf.ALLOWED_CLIENTS if conf.ALLOWED_CLIENTS is not None else default_clients
    return (
        single_tenant(
            host=conf.AUTHORITY_HOST,
            tenant_id=conf.TENANT_ID,
            client_id=conf.CLIENT_ID,
            spa_client_id=conf.SPA_CLIENT_ID,
            audiences=conf.AUDIENCES,
            allowed_clients=None if allowed_clients is None else frozenset(allowed_clients),
            required_scopes=frozenset(conf.REQUIRED_SCOPES),
            leeway=conf.LEEWAY,
            fetch=fetch_document,
        ),
    )


@cache
def proved_tokens() -> ProvedTokens:
    """Return what this process remembers of the tokens that it has proved."""
    return ProvedTokens(current().REMEMBERED_TOKENS)


@receiver(setting_changed)
def forget(*, setting: str, **_: object) -> None:
    """Drop what was read when a test overrides a setting that it depends on."""
    if setting in {"ENTRANCE", "DEBUG", "AUTH_USER_MODEL"}:
        current.cache_clear()
        authorities.cache_clear()
        proved_tokens.cache_clear()


def read_raw() -> dict[str, Any]:
    """Return ``ENTRANCE`` over the environment over the defaults."""
    environment = {key: os.environ[name] for key, name in ENVIRONMENT.items() if os.environ.get(name)}
    return {**DEFAULTS, **environment, **getattr(settings, "ENTRANCE", {})}


def claim_names(claims: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (claims,) if isinstance(claims, str) else tuple(claims)


def find_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield everything that is wrong: ``checks`` shows it at start, ``current`` refuses it at the first use."""
    yield from key_faults(raw)
    types = list(type_faults(raw))
    yield from types
    if not types:
        yield from id_faults(raw)
        yield from host_faults(raw["AUTHORITY_HOST"])
        yield from value_faults(raw)
        yield from mapping_faults(raw["CLAIM_MAPPING"])


def key_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for key in sorted(raw.keys() - KEYS):
        meant = get_close_matches(key, KEYS, n=1)
        hint = f"Did you mean {meant[0]}?" if meant else f"Known keys: {', '.join(sorted(KEYS))}."
        yield Fault(check_id="E001", message=f"ENTRANCE has an unknown key {key!r}.", hint=hint)
    for key in ("TENANT_ID", "CLIENT_ID"):
        if not raw.get(key):
            hint = f"Set it there, or {ENVIRONMENT[key]} in the environment."
            yield Fault(check_id="E002", message=f"ENTRANCE has no {key}.", hint=hint)


def type_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    expected = {
        **dict.fromkeys(TEXTS, (str, "a text")),
        **dict.fromkeys(LISTS, (list | tuple, "a list of texts")),
        "CLAIM_MAPPING": (Mapping, "a dict from user field to claim name, or to a list of claim names"),
        "PROVISIONING": (str, "a text"),
        "LEEWAY": (int, "whole seconds"),
        "EXPLAIN_REFUSALS": (bool, "True or False"),
        "REMEMBERED_TOKENS": (int, "a whole number"),
    }
    for key, (kind, words) in expected.items():
        value = raw.get(key)
        if value is None or (isinstance(value, kind) and are_texts(value)):
            continue
        yield Fault(check_id="E003", message=f"ENTRANCE[{key!r}] is of the wrong type.", hint=f"Give {words}.")


def are_texts(value: object) -> bool:
    """A list holds only texts that are not empty; a mapping only texts and such lists; the rest is not asked."""
    if isinstance(value, list | tuple):
        return all(isinstance(item, str) and item for item in value)
    if isinstance(value, Mapping):
        return all(isinstance(item, str | list | tuple) and item and are_texts(item) for item in value.values())
    return True


def id_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID"):
        if raw.get(key) and not GUID.fullmatch(raw[key].lower()):
            hint = "Copy it from the Overview page of the application registration; it is 36 characters long."
            yield Fault(check_id="E004", message=f"ENTRANCE[{key!r}] is not a GUID.", hint=hint)


def host_faults(host: str) -> Iterator[Fault]:
    parts = urlsplit(host)
    is_bare = bool(parts.hostname) and host.rstrip("/") == f"{parts.scheme}://{parts.netloc}" and "@" not in host
    if not is_bare or parts.scheme not in {"http", "https"}:
        hint = f"Give scheme and host only, for example {PUBLIC_CLOUD}."
        yield Fault(check_id="E005", message="ENTRANCE['AUTHORITY_HOST'] is not the address of a host.", hint=hint)
    elif parts.scheme == "http" and not (settings.DEBUG and parts.hostname in LOOPBACK):
        hint = "http is only for entra-local: on localhost, with DEBUG = True."
        yield Fault(check_id="E006", message="ENTRANCE['AUTHORITY_HOST'] uses http.", hint=hint)


def value_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    if raw.get("PROVISIONING", "create") not in PROVISIONINGS:
        hint = f"Choose one of {', '.join(PROVISIONINGS)}."
        yield Fault(check_id="E007", message="ENTRANCE['PROVISIONING'] is not known.", hint=hint)
    if not 0 <= raw.get("LEEWAY", 60) <= LONGEST_LEEWAY:
        hint = f"Give 0 to {LONGEST_LEEWAY} seconds; mend the clock if that is not enough."
        yield Fault(check_id="E008", message="ENTRANCE['LEEWAY'] is out of range.", hint=hint)
    if raw.get("REMEMBERED_TOKENS", 0) < 0:
        hint = "Give how many proved tokens a process may remember; 0 remembers none."
        yield Fault(check_id="E008", message="ENTRANCE['REMEMBERED_TOKENS'] is out of range.", hint=hint)
    if raw.get("ALLOWED_CLIENTS") is not None and not raw["ALLOWED_CLIENTS"]:
        hint = "Leave the key out for the default; an empty list would let nobody in."
        yield Fault(check_id="E009", message="ENTRANCE['ALLOWED_CLIENTS'] is empty.", hint=hint)


def mapping_faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    user_model = get_user_model()
    for name in mapping:
        try:
            field = user_model._meta.get_field(name)
        except FieldDoesNotExist:
            field = None
        if not isinstance(field, Field) or field.is_relation or name in GUARDED_FIELDS | {user_model.USERNAME_FIELD}:
            message = f"ENTRANCE['CLAIM_MAPPING'] may not write {name!r} of {user_model.__name__}."
            hint = "Name a plain field of the user model: no relation, no permission flag, not the user name."
            yield Fault(check_id="E010", message=message, hint=hint)
