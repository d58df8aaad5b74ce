"""Answers of the token endpoint that entra-double does not give."""

from typing import Any

import identities
import pytest
from django_entrance.conf.cached_result import CachedResults
from django_entrance.entra import person_tokens
from django_entrance.entra.person_tokens import ask_entra, read_given, with_capability
from django_entrance.entra.session_grants import Grant
from django_entrance.verification.errors import CallUnanswered
from entrance_settings import TWO_IDS

GRANT = Grant("an-assertion", is_refresh=False, until=0.0)
GOOD = {"token_type": "Bearer", "access_token": "a", "expires_in": 3600}


class Scripted:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def acquire_token_on_behalf_of(self, *_: object, **__: object) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def ask(settings: Any, monkeypatch: pytest.MonkeyPatch, answer: Any) -> Any:
    settings.ENTRANCE = TWO_IDS | {"CLIENT_SECRET": "not-a-secret"}
    monkeypatch.setattr(person_tokens, "person_client", CachedResults(lambda *_: Scripted(answer)))
    identity = identities.person()
    identity = type(identity)(identity.claims._replace(authority="default"))
    return ask_entra(identity, GRANT, ("User.Read",), None)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        None,
        [],
        GOOD | {"token_type": "pop"},
        GOOD | {"access_token": 5},
        GOOD | {"access_token": ""},
        GOOD | {"expires_in": "soon"},
        GOOD | {"expires_in": True},
        RuntimeError("MSAL's, with both nonces: an-assertion"),
        ValueError("an-assertion"),
        KeyError("an-assertion"),
    ],
)
def test_an_answer_that_cannot_be_used_is_none(settings: Any, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    with pytest.raises(CallUnanswered, match="cannot be read") as refused:
        ask(settings, monkeypatch, answer)
    assert "an-assertion" not in str(refused.value)
    assert refused.value.__context__ is None


def test_a_good_answer_is_one(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(settings, monkeypatch, GOOD) == ("a", 3600.0, "")
    assert read_given(GOOD | {"refresh_token": "r", "token_type": "bearer"}) == ("a", 3600.0, "r")
    assert read_given(GOOD | {"refresh_token": 5}) == ("a", 3600.0, "")


def test_the_capability_is_added_to_claims_of_any_form() -> None:
    able, other = identities.person(xms_cc=["CP1"]), identities.person()
    assert with_capability('{"a":1}', other) == '{"a":1}'
    assert with_capability(None, other) is None
    assert with_capability(None, able) == '{"access_token": {"xms_cc": {"values": ["cp1"]}}}'
    assert with_capability('{"access_token": null}', able) == '{"access_token": {"xms_cc": {"values": ["cp1"]}}}'
    merged = with_capability('{"access_token": {"nbf": {"value": "1"}}}', able)
    assert merged == '{"access_token": {"nbf": {"value": "1"}, "xms_cc": {"values": ["cp1"]}}}'
