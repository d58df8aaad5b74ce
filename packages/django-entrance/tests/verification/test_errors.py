import pickle

import pytest
from django_entrance.verification.errors import (
    AccountMissing,
    AuthorityMismatch,
    AuthorityUnreachable,
    GraphToken,
    Refused,
    TokenExpired,
    UnknownSigningKey,
    UserNotCreatable,
    every_reason,
    shown,
)
from scripted import API, ScriptedAuthority, trust


def test_every_reason_is_unique_and_complete() -> None:
    refusals = list(every_reason())
    assert len({refusal.reason for refusal in refusals}) == len(refusals) > 25
    for refusal in refusals:
        assert refusal.title, refusal
        assert refusal.remedy.endswith("."), refusal
        assert refusal.status in {400, 401, 403, 429, 503}, refusal


@pytest.mark.parametrize("refusal", list(every_reason()), ids=lambda refusal: refusal.reason)
def test_title_fits_into_a_header(refusal: type[Refused]) -> None:
    assert refusal.title.isascii()
    assert '"' not in refusal.title


def test_detail_says_what_was_expected_what_came_and_what_to_do() -> None:
    refusal = TokenExpired(expected="exp after 5", actual=4)
    assert refusal.detail == f"{TokenExpired.remedy} Expected: exp after 5. Got: 4."
    assert str(refusal) == refusal.detail


def test_detail_is_the_remedy_alone_when_there_are_no_facts() -> None:
    assert TokenExpired().detail == TokenExpired.remedy


def test_only_for_one_tenant_an_unknown_key_suggests_own_signing_keys() -> None:
    refusal = UnknownSigningKey()
    assert refusal.advice == UnknownSigningKey.remedy
    assert refusal.advice.endswith("set OWN_SIGNING_KEYS = True.")
    refusal.policy = trust(ScriptedAuthority()).policy
    assert refusal.advice == UnknownSigningKey.remedy
    for changes in (
        {"tenant": "organizations", "allowed_tenants": "*"},
        {"tenant": "common", "allowed_tenants": "*"},
        {"own_signing_keys": True},
    ):
        refusal.policy = trust(ScriptedAuthority(), **changes).policy
        assert refusal.advice == "Request a new token."


def test_the_remedy_names_the_app_id_uri_of_the_authority_that_refused() -> None:
    refusal = GraphToken()
    assert refusal.advice.endswith("Request a token for the scope <APP_ID_URI>/.default.")
    refusal.policy = trust(ScriptedAuthority(), app_id_uri="api://contoso/logbook").policy
    assert refusal.advice.endswith("Request a token for the scope api://contoso/logbook/.default.")
    refusal.policy = trust(ScriptedAuthority()).policy
    assert refusal.advice.endswith(f"Request a token for the scope api://{API}/.default.")
    assert refusal.redacted() is refusal


REDACTED_AS = {AuthorityMismatch: AuthorityUnreachable, UserNotCreatable: AccountMissing}


@pytest.mark.parametrize("kind", list(every_reason()), ids=lambda kind: kind.reason)
def test_only_what_speaks_of_the_settings_is_told_as_something_else(kind: type[Refused]) -> None:
    refusal = kind(expected="issuer x", actual="issuer y")
    refusal.policy = trust(ScriptedAuthority()).policy
    told = refusal.redacted()
    assert (type(told), told.policy) == (REDACTED_AS.get(kind, kind), refusal.policy)
    assert told.status == refusal.status
    assert (told is refusal) == (kind not in REDACTED_AS) == ("issuer y" in told.detail)


def test_a_refusal_survives_the_way_to_another_process() -> None:
    refusal = pickle.loads(pickle.dumps(TokenExpired(expected="exp after 5", actual=4)))
    assert isinstance(refusal, TokenExpired)
    assert refusal.detail.endswith("Expected: exp after 5. Got: 4.")


def test_shown_is_one_short_printable_line() -> None:
    assert (
        shown("a\r\nb\x1b[31m") == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m"
    )
    assert shown("x" * 500) == "x" * 120 + "…"
    assert shown({"a": 1}) == "{'a': 1}"
