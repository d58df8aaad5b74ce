"""The settings that decide something are shown as they are; a credential is not."""

from typing import Any

import pytest
from django_entrance.explaining.deciding import shown_settings
from scripted import API, TENANT


def test_a_setting_of_the_only_authority_needs_no_name(settings: Any) -> None:
    assert list(shown_settings(("CLIENT_ID", "SESSION_RECHECK"))) == [
        "Settings that decide it:",
        f"  CLIENT_ID = '{API}'",
        "  SESSION_RECHECK = 3600",
    ]


def test_each_of_several_authorities_is_named(settings: Any) -> None:
    settings.ENTRANCE = {
        "CLIENT_ID": API,
        "AUTHORITIES": {
            "staff": {"TENANT_ID": TENANT, "ALLOW_GUESTS": [TENANT, API]},
            "customers": {"TENANT_ID": "contoso.example"},
        },
    }
    assert list(shown_settings(("TENANT_ID", "ALLOW_GUESTS"))) == [
        "Settings that decide it:",
        f"  TENANT_ID = '{TENANT}' (staff)",
        "  TENANT_ID = 'contoso.example' (customers)",
        f"  ALLOW_GUESTS = {sorted([TENANT, API])} (staff)",
        "  ALLOW_GUESTS = True (customers)",
    ]


@pytest.mark.parametrize(("secret", "shown"), [("not-to-be-seen", "set"), (None, "None")])
def test_a_credential_is_only_said_to_be_set(settings: Any, secret: str | None, shown: str) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": secret}
    assert list(shown_settings(("CLIENT_SECRET",)))[1] == f"  CLIENT_SECRET = {shown}"


def test_nothing_decides_nothing() -> None:
    assert list(shown_settings(())) == []
