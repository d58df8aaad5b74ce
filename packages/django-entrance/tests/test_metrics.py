"""What is measured, where: each case beside one that is measured otherwise."""

import logging
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django_entrance import metrics
from django_entrance.bearer.first_uses import kind_of_principal
from django_entrance.metrics import (
    CACHE_LOOKUPS,
    REFUSALS,
    SIGN_INS,
    LabelValue,
    Metric,
    measure,
)
from measured import Measured, Measurements, faults
from scripted import ScriptedAuthority, claims_v2, token

ADAS = "96ace000-0000-4000-a000-000000000010"


def valid(authority: ScriptedAuthority, **changes: Any) -> str:
    return token(claims_v2(host=authority.host, now=int(time.time()), **changes))


def bearer(client: Any, text: str) -> int:
    return int(client.get("/", headers={"authorization": f"Bearer {text}"}).status_code)


@pytest.mark.django_db
def test_a_token_is_a_sign_in_once_and_a_hit_then(
    client: Any, authority: ScriptedAuthority, measurements: Measurements
) -> None:
    text = valid(authority)
    assert [bearer(client, text), bearer(client, text)] == [200, 200]
    assert measurements.of(SIGN_INS) == [("default", "bearer", "member")]
    assert measurements.of(CACHE_LOOKUPS) == [("verified_tokens", "miss"), ("verified_tokens", "hit")]
    assert measurements.of(REFUSALS) == []


@pytest.mark.django_db
def test_a_refusal_is_counted_by_its_reason(
    client: Any, authority: ScriptedAuthority, measurements: Measurements
) -> None:
    assert bearer(client, valid(authority, scp="profile")) == 403
    assert measurements.of(REFUSALS) == [("scope_missing", "bearer")]
    assert measurements.of(SIGN_INS) == []


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, "member"),
        ({"is_guest": True}, "guest"),
        ({"is_application": True}, "application"),
        ({"is_application": True, "agent": "one on its own"}, "agent"),
        ({"agent": "one for a person"}, "agent"),
    ],
)
def test_a_sign_in_says_what_kind_of_principal_it_was(facts: dict[str, Any], kind: str) -> None:
    identity: Any = SimpleNamespace(**{"is_guest": False, "is_application": False, "agent": None, **facts})
    assert kind_of_principal(identity) == kind


def test_a_listener_that_fails_changes_nothing(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(metric: Metric, values: tuple[LabelValue, ...], amount: float) -> None:
        raise RuntimeError

    heard = Measurements()
    monkeypatch.setattr(metrics, "listeners", [fail, heard])
    with caplog.at_level(logging.WARNING, "django_entrance"):
        measure(REFUSALS, "token_expired", "bearer")
    assert heard.of(REFUSALS) == [("token_expired", "bearer")], "the next one is told all the same"
    assert "entrance.refusals was not measured" in caplog.text


def test_control_labels_with_other_values_are_found() -> None:
    good = Measured(REFUSALS, {"entrance.reason": "token_expired", "entrance.door": "bearer"}, 1)
    assert faults(good) == []
    assert faults(good._replace(labels={**good.labels, "entrance.reason": ADAS})) == [
        f"entrance.refusals: entrance.reason={ADAS}"
    ]
    of_person = Measured(SIGN_INS, {"entrance.authority": ADAS}, 1)
    assert faults(of_person)[0] == f"entrance.sign_ins: entrance.authority={ADAS}"
