"""The one place that reads settings: ``ENTRANCE`` and, where it is silent, the environment."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string

from django_entrance.advice import Fault, article
from django_entrance.claim_mapping import default_mapping
from django_entrance.entrance_settings import (
    OF_ALL,
    AuthoritySettings,
    EntranceSettings,
    FromEnvironment,
    as_tuple,
    authority_settings,
    over,
    raw_authorities,
    read_environment,
    said,
)
from django_entrance.faults import find_faults, shape_faults
from django_entrance.key_cache import KeyCache
from django_entrance.shapes import UNKNOWN_KEY
from django_entrance.verification.authority import Authority, trusted
from django_entrance.verification.proved import ProvedTokens

OWN_IDENTITY = ("AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "MSI_ENDPOINT")
"""Set where a pod has workload identity, or an App Service a managed one (Microsoft, DefaultAzureCredential)."""

Made = TypeVar("Made")


class Once(Generic[Made]):
    """Keeps what a function without arguments returned first, until ``cache_clear``.

    Unlike ``functools.cache``, it gives the same to threads that ask at the same moment: each may make one, the first
    to come is kept. It has no lock, which a fork could leave locked.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self.make = make
        self.made: dict[None, Made] = {}

    def __call__(self) -> Made:
        try:
            return self.made[None]
        except KeyError:
            return self.made.setdefault(None, self.make())

    def cache_clear(self) -> None:
        self.made.clear()


@Once
def current() -> EntranceSettings:
    """Return the settings, read late and kept until a test overrides them.

    Raises:
        ImproperlyConfigured: with every fault that ``manage.py check`` would name.
    """
    refuse(faults_at_start())
    raw = read_raw()
    return EntranceSettings(
        **{key: raw[key] for key in OF_ALL if key in raw}
        | {"AUTHORITIES": {name: authority_settings(own) for name, own in raw_authorities(raw).items()}}
        | {"CLAIM_MAPPING": {name: as_tuple(claims) for name, claims in raw["CLAIM_MAPPING"].items()}}
        | {"EXPLAIN_REFUSALS": raw.get("EXPLAIN_REFUSALS", settings.DEBUG)}
    )


def refuse(faults: Iterable[Fault]) -> None:
    if told := " ".join(f"{fault.message} {fault.hint}" for fault in faults):
        raise ImproperlyConfigured(told)


def start() -> None:
    """Judge the settings and make what follows from them: what is wrong ends the start of the site, not a request.

    Raises:
        ImproperlyConfigured: as ``current`` does.
    """
    refuse(faults_at_start())
    if not any(find_faults(read_raw())):
        authorities()


def faults_at_start() -> list[Fault]:
    """Return the faults of the settings. In tests, http on this machine is none: it waits for the first token.

    Tests run with DEBUG off, and those that send no token need not know of entra-double, which is in the settings.
    """
    return list(find_faults(read_raw(), debug=settings.DEBUG or is_test()))


def is_test() -> bool:
    """Django's ``setup_test_environment`` leaves this mark, with its own runner and with pytest-django."""
    return hasattr(mail, "outbox")


@Once
def authorities() -> tuple[Authority, ...]:
    """Return whom this project trusts, with their signing keys; one set for the whole process.

    Those of one tenant come first: what they say of their tenant counts, not what one of several tenants says.

    Raises:
        ImproperlyConfigured: as ``current`` does, and in tests for http, too: a token is about to be verified.
    """
    refuse(find_faults(read_raw()))
    named = current().AUTHORITIES.items()
    return tuple(
        trusted_authority(name, own) for name, own in sorted(named, key=lambda each: each[1].has_several_tenants)
    )


def trusted_authority(name: str, own: AuthoritySettings) -> Authority:
    """Return the authority that settings describe, under its name; nothing is fetched yet.

    Raises:
        ValueError: as ``verification.trusted`` does.
    """
    default_clients = (own.SPA_CLIENT_ID, own.CLIENT_ID) if own.SPA_CLIENT_ID else None
    cache_alias = current().KEYS_CACHE
    return trusted(
        name=name,
        tenant=own.TENANT_ID,
        client_id=own.CLIENT_ID,
        host=own.AUTHORITY_HOST,
        issuer_host=own.ISSUER_HOST,
        own_signing_keys=own.OWN_SIGNING_KEYS,
        spa_client_id=own.SPA_CLIENT_ID,
        app_id_uri=own.APP_ID_URI,
        audiences=own.AUDIENCES,
        allowed_tenants=own.ALLOWED_TENANTS or None,
        allowed_clients=default_clients if own.ALLOWED_CLIENTS is None else own.ALLOWED_CLIENTS,
        required_scopes=own.REQUIRED_SCOPES,
        applications=own.APPLICATIONS,
        allow_guests=own.ALLOW_GUESTS,
        allow_personal_accounts=own.ALLOW_PERSONAL_ACCOUNTS,
        user_flows=own.USER_FLOWS,
        leeway=own.LEEWAY,
        allow_development_tokens=settings.DEBUG,
        store=None if cache_alias is None else KeyCache(cache_alias, publisher_of(own)),
    )


def publisher_of(own: AuthoritySettings) -> str:
    """Return what tells the documents of an authority from others: a user flow or application has keys of its own."""
    own_keys = f"?appid={own.CLIENT_ID}" if own.OWN_SIGNING_KEYS else ""
    return "/".join([own.AUTHORITY_HOST, own.TENANT_ID, *own.USER_FLOWS[:1]]) + own_keys


def authorities_here(request: HttpRequest) -> frozenset[str] | None:
    """Return the names of the authorities that may enter through this request, or None for all of them."""
    path = current().AUTHORITIES_HERE
    if path is None:
        return None
    choose: Callable[[HttpRequest], Iterable[str]] = import_string(path)
    names = choose(request)
    if isinstance(names, str):
        raise ImproperlyConfigured(f"{path} returned a text. Return a list of names of AUTHORITIES.")
    return frozenset(names)


@Once
def proved_tokens() -> ProvedTokens:
    """Return what this process remembers of the tokens that it has proved."""
    return ProvedTokens(current().REMEMBERED_TOKENS)


@receiver(setting_changed)
def forget(*, setting: str, **_: object) -> None:
    """Drop what was read when a test overrides a setting that it depends on."""
    if setting in {"ENTRANCE", "DEBUG", "AUTH_USER_MODEL", "CACHES", "SECRET_KEY"}:
        current.cache_clear()
        authorities.cache_clear()
        proved_tokens.cache_clear()


def machine_identity_variable() -> str:
    """Return the variable that gives this machine an identity of its own, where ids come from AZURE_… alone.

    Then they are most likely that identity's, and not the API's.
    """
    raw = read_raw()
    every = [] if any(fault.check_id != UNKNOWN_KEY for fault in shape_faults(raw)) else raw_authorities(raw).values()
    ids = [own.get(key) for own in every for key in ("CLIENT_ID", "TENANT_ID")]
    if not any(isinstance(each, FromEnvironment) and each.variable.startswith("AZURE_") for each in ids):
        return ""
    return next((name for name in OWN_IDENTITY if os.environ.get(name)), "")


def read_raw() -> dict[str, Any]:
    """Return ``ENTRANCE`` over the environment over the defaults.

    Raises:
        ImproperlyConfigured: it is no dict, so that there is no key to find a fault with.
    """
    written = getattr(settings, "ENTRANCE", None)
    if not isinstance(written, Mapping | None):
        raise ImproperlyConfigured(
            f"ENTRANCE: expected a dict, came {article(written)}. Write ENTRANCE = {{…}}, without a comma at its end."
        )
    return {"CLAIM_MAPPING": default_mapping(), **over(said(written), read_environment(os.environ))}
