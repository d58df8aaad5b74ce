"""Reads the settings: ``ENTRANCE``, else ``AUTH_ADFS`` and the environment. No other module reads them."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver

from django_entrance.conf.advice import Problem, type_with_article
from django_entrance.conf.auth_adfs import TRANSLATED, translate
from django_entrance.conf.auth_adfs_advice import auth_adfs_problems
from django_entrance.conf.cached_result import CachedResult
from django_entrance.conf.claim_sources import read_mapping
from django_entrance.conf.default_mapping import default_mapping
from django_entrance.conf.options import (
    OF_ALL,
    EntranceSettings,
    FromEnvironment,
    authority_settings,
    merge,
    normal_host,
    raw_authorities,
    read_access,
    read_contexts,
    read_environment,
    without_none,
)
from django_entrance.conf.shapes import UNKNOWN_KEY, shape_problems
from django_entrance.conf.validation import validate

DEPENDS_ON = frozenset({"ENTRANCE", "AUTH_ADFS", "DEBUG", "AUTH_USER_MODEL", "CACHES", "SECRET_KEY"})
"""Django settings that our settings, and the authorities made from them, depend on."""

UNREGISTERED = "00000000-0000-4000-a000-000000000000"
"""Stands for the client id of a registration that is yet to be made."""

OWN_IDENTITY = ("AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "MSI_ENDPOINT")
"""Set in a pod with workload identity, or an App Service with a managed one (Microsoft, DefaultAzureCredential)."""


@CachedResult
def current_settings() -> EntranceSettings:
    """Return the settings, read on first use and kept until a test overrides them.

    Raises:
        ImproperlyConfigured: the settings have problems; the message has all that ``manage.py check`` reports.
    """
    raise_problems(problems_at_start())
    return settings_of(read_raw())


def settings_to_register(tenant: str | None) -> tuple[EntranceSettings, frozenset[str]]:
    """Return the settings, and the names of the authorities without a ``CLIENT_ID``; they have ``UNREGISTERED``.

    ``tenant`` takes the place of a missing ``TENANT_ID``.

    Raises:
        ImproperlyConfigured: the settings have other problems.
    """
    raise_problems(not_dicts())
    written = read_raw()
    new = frozenset(name for name, own in raw_authorities(written).items() if not own.get("CLIENT_ID"))
    raw = without_none({"TENANT_ID": tenant, "CLIENT_ID": UNREGISTERED}) | written
    raise_problems(map(placed, validate(raw, debug=settings.DEBUG or is_test())))
    return settings_of(raw), new


def settings_of(raw: Mapping[str, Any]) -> EntranceSettings:
    """Return raw settings without problems as values."""
    return EntranceSettings(
        **{key: raw[key] for key in OF_ALL if key in raw}
        | {"AUTHORITIES": {name: authority_settings(own) for name, own in raw_authorities(raw).items()}}
        | {"ACCESS": read_access(raw.get("ACCESS") or {})}
        | {"ADOPT_DOMAINS": tuple(domain.lower().lstrip("@") for domain in raw.get("ADOPT_DOMAINS") or ())}
        | ({"PUBLIC_URL": normal_host(raw["PUBLIC_URL"])} if raw.get("PUBLIC_URL") else {})
        | {"AUTHENTICATION_CONTEXTS": read_contexts(raw.get("AUTHENTICATION_CONTEXTS") or {})}
        | {"CLAIM_MAPPING": read_mapping(raw["CLAIM_MAPPING"])}
        | {"EXPLAIN_REFUSALS": raw.get("EXPLAIN_REFUSALS", settings.DEBUG)}
    )


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raise ImproperlyConfigured with the message and hint of each problem, if there is any."""
    if text := " ".join(f"{problem.message} {problem.hint}" for problem in problems):
        raise ImproperlyConfigured(text)


def problems_at_start() -> list[Problem]:
    """Return the problems that prevent the start. In tests, http on loopback does not.

    Tests run with DEBUG off, often with entra-double in the settings. A test that sends no token must still start.
    """
    return settings_problems(debug=settings.DEBUG or is_test())


def settings_problems(*, debug: bool | None = None) -> list[Problem]:
    """Return every problem of the settings. ``debug`` allows http on loopback; it defaults to ``DEBUG``."""
    return not_dicts() or list(map(placed, validate(read_raw(), debug=debug)))


def not_dicts() -> list[Problem]:
    """Return the problem of each setting that is not a dict, of which no key can be read."""
    return [problem for name in ("ENTRANCE", "AUTH_ADFS") for problem in not_a_dict(name)]


def not_a_dict(name: str = "ENTRANCE") -> list[Problem]:
    written = getattr(settings, name, None)
    if isinstance(written, Mapping | None):
        return []
    hint = f"Write {name} = {{…}}, without a comma at its end."
    message = f"{name}: expected a dict, got {type_with_article(written)}."
    return [Problem(check_id="E003", message=message, hint=hint)]


def placed(problem: Problem) -> Problem:
    """Return a problem with the place of its value, where that is ``AUTH_ADFS``."""
    message, from_adfs = problem.message, translate(auth_adfs(), own_settings())
    for theirs, ours in TRANSLATED.items():
        if ours in from_adfs:
            message = message.replace(f"ENTRANCE[{ours!r}]", f"AUTH_ADFS[{theirs!r}]")
    return replace(problem, message=message)


def moving_problems() -> list[Problem]:
    """Return the problems of ``AUTH_ADFS``: keys that are not honoured. They do not prevent the start."""
    return [] if not_dicts() else list(auth_adfs_problems(auth_adfs(), own_settings()))


def auth_adfs() -> Mapping[str, Any]:
    """Return the settings of django-auth-adfs, which may still be there."""
    return getattr(settings, "AUTH_ADFS", None) or {}


def is_test() -> bool:
    """Return whether tests run. Django's ``setup_test_environment`` sets ``outbox``, also under pytest-django."""
    return hasattr(mail, "outbox")


def names_of_adfs_users() -> tuple[str, str | None]:
    """Return the claims that django-auth-adfs took user names from: people's, and guests' if they have another."""
    theirs = auth_adfs()
    return theirs.get("USERNAME_CLAIM") or "upn", theirs.get("GUEST_USERNAME_CLAIM")


def authentication_context(name: str) -> str:
    """Return Entra's id of the authentication context that ``AUTHENTICATION_CONTEXTS`` has under a name.

    Raises:
        ImproperlyConfigured: there is none.
    """
    contexts = current_settings().AUTHENTICATION_CONTEXTS
    if name not in contexts:
        raise ImproperlyConfigured(
            f"ENTRANCE['AUTHENTICATION_CONTEXTS'] has no {name!r}. Add it with Entra's id, for example"
            f' {{{name!r}: "c1"}}.'
        )
    return contexts[name]


@receiver(setting_changed)
def forget_settings(*, setting: str, **_: object) -> None:
    """Drop the settings when a test overrides one that they depend on."""
    if setting in DEPENDS_ON:
        current_settings.cache_clear()


def machine_identity_variable() -> str:
    """Return the variable that gives this machine its own identity, if ids of the API come from AZURE_… variables.

    Then those ids most likely belong to the machine's identity, not to the API.
    """
    raw = read_raw()
    if not_dicts() or any(problem.check_id != UNKNOWN_KEY for problem in shape_problems(raw)):
        return ""
    ids = [own.get(key) for own in raw_authorities(raw).values() for key in ("CLIENT_ID", "TENANT_ID")]
    if not any(isinstance(each, FromEnvironment) and each.variable.startswith("AZURE_") for each in ids):
        return ""
    return next((name for name in OWN_IDENTITY if os.environ.get(name)), "")


def read_raw() -> dict[str, Any]:
    """Return the keys of ``ENTRANCE``, then of ENTRANCE_… variables, ``AUTH_ADFS``, AZURE_… variables, the defaults."""
    ours = own_settings()
    theirs = {} if not_a_dict("AUTH_ADFS") else translate(auth_adfs(), ours)
    return {"CLAIM_MAPPING": default_mapping(), **merge(merge(ours, theirs), read_environment(os.environ))}


def own_settings() -> dict[str, Any]:
    """Return the keys of ``ENTRANCE``, then those of the variables ENTRANCE_…, which are for nothing else."""
    written = {} if not_a_dict() else without_none(getattr(settings, "ENTRANCE", None))
    variables = {name: value for name, value in os.environ.items() if name.startswith("ENTRANCE_")}
    return merge(written, read_environment(variables))
