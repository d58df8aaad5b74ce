"""What Entra's errors become: a refusal with its code and correlation id, and nothing else of what was sent."""

from typing import Any

import pytest
from django_entrance.entra.error_codes import OF_PERSON, OF_SETTINGS, refusal_of
from django_entrance.verification.errors import SignInRefused

GUID = "0C0F1E2D-aaaa-4bbb-8ccc-000000000001"


def read(**answer: Any) -> Any:
    return refusal_of(answer)


@pytest.mark.parametrize("code", OF_PERSON)
def test_a_code_about_the_person(code: str) -> None:
    refusal = read(error="invalid_grant", error_description=f"AADSTS{code}: Something. Trace ID: x")
    assert (refusal.reason, refusal.code) == ("sign_in_denied", f"AADSTS{code}")
    assert (refusal.sentence, refusal.advice) == OF_PERSON[code]


@pytest.mark.parametrize("code", OF_SETTINGS)
def test_a_code_about_the_settings(code: str) -> None:
    refusal = read(error="invalid_client", error_codes=[int(code)])
    assert (refusal.reason, refusal.code) == ("sign_in_misconfigured", f"AADSTS{code}")
    assert (refusal.sentence, refusal.advice) == OF_SETTINGS[code]


def test_each_sentence_ends_as_a_title_and_each_remedy_as_a_sentence() -> None:
    for sentence, remedy in [*OF_PERSON.values(), *OF_SETTINGS.values()]:
        assert not sentence.endswith(".")
        assert remedy.endswith(".")
    assert OF_PERSON.keys().isdisjoint(OF_SETTINGS)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("invalid_client", "sign_in_misconfigured"),
        ("unauthorized_client", "sign_in_misconfigured"),
        ("access_denied", "sign_in_denied"),
        ("server_error", "sign_in_unanswered"),
        ("temporarily_unavailable", "sign_in_unanswered"),
        ("<script>", "sign_in_denied"),
        ("", "sign_in_denied"),
        (["x"], "sign_in_denied"),
    ],
)
def test_an_error_without_a_known_code(error: Any, reason: str) -> None:
    refusal = read(error=error, error_description="AADSTS99999999999: x")
    assert refusal.reason == reason
    assert "<" not in refusal.detail
    if isinstance(refusal, SignInRefused):
        assert (refusal.code, refusal.sentence, refusal.advice) == ("", "", type(refusal).remedy)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"correlation_id": GUID}, GUID.lower()),
        ({"error_description": f"x\r\nCorrelation ID: {GUID}\r\nTimestamp"}, GUID.lower()),
        ({"correlation_id": f"{GUID}\n"}, ""),
        ({"correlation_id": "the secret"}, ""),
        ({"correlation_id": [GUID]}, ""),
        ({"error_description": "x" * 4_000 + f"Correlation ID: {GUID}"}, ""),
        ({}, ""),
    ],
)
def test_the_correlation_id_is_an_id(answer: dict[str, Any], found: str) -> None:
    refusal = read(error="access_denied", **answer)
    assert refusal.correlation_id == found
    assert "secret" not in refusal.detail


@pytest.mark.parametrize("codes", [[], ["50105"], [True], [-1], [10**12], 50105, None])
def test_codes_of_another_kind_are_none(codes: Any) -> None:
    assert read(error="access_denied", error_codes=codes).code == ""
