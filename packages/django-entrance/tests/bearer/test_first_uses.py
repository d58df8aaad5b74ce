import pytest
from django_entrance.bearer import first_uses
from django_entrance.bearer.first_uses import is_first, tell_first_use
from django_entrance.signals import signed_in
from identities import person


def test_a_token_is_told_once_also_as_another_identity() -> None:
    told = []

    def hear(**facts: object) -> None:
        told.append(facts["door"])

    signed_in.connect(hear)
    try:
        for identity in (person(uti="a"), person(uti="a"), person(uti="b"), person(uti=None), person(uti=None)):
            tell_first_use(identity, None, door="bearer")
    finally:
        signed_in.disconnect(hear)
    assert told == ["bearer"] * 3


def test_few_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_uses, "MOST_TOKENS", 2)
    assert [is_first(key) for key in ("a", "b", "b", "c", "a")] == [True, True, False, True, True]
    assert list(first_uses.seen) == ["c", "a"]
