"""The one place that reads settings: ``ENTRANCE`` and, where it is silent, the environment."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver

from django_entrance.conf.advice import Fault, article
from django_entrance.conf.default_mapping import default_mapping
from django_entrance.conf.once import Once
from django_entrance.conf.options import (
    OF_ALL,
    EntranceSettings,
    FromEnvironment,
    as_tuple,
    authority_settings,
    over,
    raw_authorities,
    read_access,
    read_environment,
    said,
)
from django_entrance.conf.shapes import UNKNOWN_KEY
from django_entrance.conf.validation import find_faults, shape_faults

DEPENDS_ON = frozenset({"ENTRANCE", "DEBUG", "AUTH_USER_MODEL", "CACHES", "SECRET_KEY"})
"""Settings of Django from which the settings of django-entrance, and what is made of them, follow."""

OWN_IDENTITY = ("AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "MSI_ENDPOINT")
"""Set where a pod has workload identity, or an App Service a managed one (Microsoft, DefaultAzureCredential)."""


@Once
def current_settings() -> EntranceSettings:
    """Return the settings, read late and kept until a test overrides them.

    Raises:
        ImproperlyConfigured: with every fault that ``manage.py check`` would name.
    """
    refuse(faults_at_start())
    raw = read_raw()
    return EntranceSettings(
        **{key: raw[key] for key in OF_ALL if key in raw}
        | {"AUTHORITIES": {name: authority_settings(own) for name, own in raw_authorities(raw).items()}}
        | {"ACCESS": read_access(raw.get("ACCESS") or {})}
        | {"ADOPT_DOMAINS": tuple(domain.lower().lstrip("@") for domain in raw.get("ADOPT_DOMAINS") or ())}
        | {"CLAIM_MAPPING": {name: as_tuple(claims) for name, claims in raw["CLAIM_MAPPING"].items()}}
        | {"EXPLAIN_REFUSALS": raw.get("EXPLAIN_REFUSALS", settings.DEBUG)}
    )


def refuse(faults: Iterable[Fault]) -> None:
    if told := " ".join(f"{fault.message} {fault.hint}" for fault in faults):
        raise ImproperlyConfigured(told)


def faults_at_start() -> list[Fault]:
    """Return the faults of the settings. In tests, http on this machine is none: it waits for the first token.

    Tests run with DEBUG off, and those that send no token need not know of entra-double, which is in the settings.
    """
    return list(find_faults(read_raw(), debug=settings.DEBUG or is_test()))


def is_test() -> bool:
    """Django's ``setup_test_environment`` leaves this mark, with its own runner and with pytest-django."""
    return hasattr(mail, "outbox")


@receiver(setting_changed)
def forget_settings(*, setting: str, **_: object) -> None:
    """Drop the settings when a test overrides one that they depend on."""
    if setting in DEPENDS_ON:
        current_settings.cache_clear()


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
