"""Each reason is explained with these settings."""

from dataclasses import fields
from typing import Any

import pytest
from django_entrance.conf.options import AuthoritySettings, EntranceSettings
from django_entrance.explaining.reasons import DECIDING, explain_reason, refusal_for
from django_entrance.verification.errors import Refused, every_reason
from scripted import API, OTHER_TENANT, TENANT


@pytest.mark.parametrize("refusal", list(every_reason()), ids=lambda refusal: refusal.reason)
def test_every_reason_is_explained(refusal: type[Refused]) -> None:
    first, second, third, *_ = explain_reason(refusal)
    assert first == f"{refusal.reason}: {refusal.title}."
    assert second.startswith(f"The caller gets status {refusal.status}")
    assert third.startswith("What to do: ")
    assert "<APP_ID_URI>" not in third


def test_what_decides_is_a_setting_and_of_a_reason() -> None:
    keys = {field.name for settings in (EntranceSettings, AuthoritySettings) for field in fields(settings)}
    assert {key for keys_of_reason in DECIDING.values() for key in keys_of_reason} <= keys
    assert DECIDING.keys() <= {refusal.reason for refusal in every_reason()}


def explained(reason: str) -> list[str]:
    refusal = refusal_for(reason)
    assert refusal is not None
    return list(explain_reason(refusal))


def test_the_scope_is_that_of_the_settings() -> None:
    assert explained("audience_refused")[2:] == [
        f"What to do: Request a token for the scope api://{API}/.default. If the token is for this API, set APP_ID_URI"
        " to the URI in its registration.",
        "Settings that decide it:",
        f"  CLIENT_ID = '{API}'",
        "  APP_ID_URI = None",
        "  AUDIENCES = ()",
    ]


def test_each_authority_says_its_own_remedy_once(settings: Any) -> None:
    settings.ENTRANCE = {
        "CLIENT_ID": API,
        "AUTHORITIES": {
            "staff": {"TENANT_ID": TENANT, "APP_ID_URI": "api://staff"},
            "partners": {"TENANT_ID": OTHER_TENANT, "APP_ID_URI": "api://partners"},
        },
    }
    said = [line for line in explained("id_token") if line.startswith("What to do")]
    assert [("api://staff/" in line, "api://partners/" in line) for line in said] == [(True, False), (False, True)]
    assert len([line for line in explained("token_expired") if line.startswith("What to do")]) == 1


def test_what_the_caller_sees_instead_is_told() -> None:
    assert "Without EXPLAIN_REFUSALS the caller sees account_missing instead, to learn no settings." in explained(
        "user_not_creatable"
    )


def test_another_word_is_no_reason() -> None:
    assert refusal_for("token_expired ") is None
