"""What is nearly written as something that can be explained is offered."""

import pytest
from django_entrance.explaining.near_matches import did_you_mean, near_matches


@pytest.mark.parametrize(
    ("what", "nearest"),
    [
        ("tokenexpired", "token_expired"),
        ("Token expired", "token_expired"),
        ("scope-missing", "scope_missing"),
        ("AADST50105", "AADSTS50105"),
    ],
)
def test_the_nearest_comes_first(what: str, nearest: str) -> None:
    assert near_matches(what)[0] == nearest
    assert did_you_mean(what).startswith(f"Did you mean {nearest}")


@pytest.mark.parametrize("what", ["", "grace hopper", "q3Hk0bVY50-sFzQ7kRcBAA", "x" * 254])
def test_control_another_word_is_near_to_none(what: str) -> None:
    assert near_matches(what) == []
    assert did_you_mean(what) == ""


def test_several_are_named() -> None:
    assert 1 < len(near_matches("token_refuse")) <= 3
    assert " or " in did_you_mean("token_refuse")
