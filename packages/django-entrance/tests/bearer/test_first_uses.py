import pytest
from django_entrance.bearer import first_uses
from django_entrance.bearer.first_uses import is_first, tell_first_use, token_id
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


@pytest.mark.parametrize("uti", [["a"], {"a": 1}, 7, "", "x" * 65])
def test_what_is_no_id_is_not_kept(uti: object) -> None:
    identity = person(uti=uti)
    assert token_id(identity) == (identity.caller, identity.expires_at)
    assert token_id(person(uti="x" * 64)) == "x" * 64
    tell_first_use(identity, None, door="bearer")
    assert len(first_uses.seen) == 1


def test_few_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_uses, "MOST_TOKENS", 2)
    assert [is_first(key) for key in ("a", "b", "b", "c", "a")] == [True, True, False, True, True]
    assert list(first_uses.seen) == ["c", "a"]
