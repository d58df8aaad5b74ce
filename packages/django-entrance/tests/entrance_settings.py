"""Settings for tests, what the system checks report about them, and what is loaded from them."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_entrance.checks import check_settings
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings, EntranceSettings
from django_entrance.entra.authorities import configured_authorities
from django_entrance.verification.issuers import CLOUDS
from scripted import API, TENANT

TWO_IDS = {"TENANT_ID": TENANT, "CLIENT_ID": API}
CONSUMERS = {"TENANT_ID": "consumers", "ALLOW_PERSONAL_ACCOUNTS": True}
CHINA = CLOUDS["china"]
CIAM = {"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}
CUSTOM = {"AUTHORITY_HOST": "https://login.contoso.example"}


def problem_ids(settings: Any, entrance: Any) -> list[str]:
    """Return the ids of the system checks that report settings."""
    settings.ENTRANCE = entrance
    return [str(message.id).removeprefix("entrance.") for message in check_settings(None)]


def problem_texts(settings: Any, entrance: Any) -> list[str]:
    """Return message and hint of each system check that reports settings."""
    settings.ENTRANCE = entrance
    return [f"{message.msg} {message.hint}" for message in check_settings(None)]


def load_settings(settings: Any, **entrance: Any) -> EntranceSettings:
    """Load settings with two ids and these changes."""
    settings.ENTRANCE = TWO_IDS | entrance
    return current_settings()


def load_authority(settings: Any, **entrance: Any) -> AuthoritySettings:
    """Load the only authority of settings with two ids and these changes."""
    return load_settings(settings, **entrance).AUTHORITIES["default"]


def check_and_load(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    """Assert that the checks report exactly these ids, and that only settings without problems can be loaded."""
    assert problem_ids(settings, TWO_IDS | changes) == ids
    if ids:
        with pytest.raises(ImproperlyConfigured):
            current_settings()
    else:
        assert configured_authorities()
