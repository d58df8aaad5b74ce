"""What the settings are made into is made cached in a process, however many threads ask for it first."""

import threading
import time
from typing import Any

import pytest
from django.test import override_settings
from django_entrance.bearer.authentication import identify_token
from django_entrance.conf.cached_result import CachedResult
from django_entrance.entra.authorities import configured_authorities, verified_tokens
from scripted import ADA, ScriptedAuthority, claims_v2, token


def together(count: int, call: Any) -> list[Any]:
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(call())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers


def test_threads_that_make_it_at_the_same_time_get_the_same() -> None:
    all_are_making, made = threading.Barrier(8), []

    def make() -> object:
        all_are_making.wait(10)
        made.append(object())
        return made[-1]

    answers = together(8, CachedResult(make))
    assert len(made) == 8
    assert {id(answer) for answer in answers} == {id(answers[0])}


def test_it_is_made_again_only_after_it_was_cleared() -> None:
    cached = CachedResult(object)
    first = cached()
    assert cached() is first
    cached.cache_clear()
    assert cached() is not first


def test_what_cannot_be_made_is_tried_again() -> None:
    faults = [ValueError("not yet")]

    def make() -> str:
        if faults:
            raise faults.pop()
        return "made"

    cached = CachedResult(make)
    with pytest.raises(ValueError, match="not yet"):
        cached()
    assert cached() == "made"


def test_fifty_threads_that_meet_a_cold_project_fetch_once(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them read the settings before any has made the authorities."""
    text = token(claims_v2(host=authority.host, now=int(time.time())))
    all_are_here, make = threading.Barrier(50), configured_authorities.function

    def make_together() -> Any:
        all_are_here.wait(20)
        return make()

    monkeypatch.setattr(configured_authorities, "function", make_together)
    assert {identity.object_id for identity in together(50, lambda: identify_token(text))} == {ADA}
    assert len(authority.requests) == 2


def test_other_settings_make_other_authorities(authority: ScriptedAuthority, settings: Any) -> None:
    text = token(claims_v2(host=authority.host, now=int(time.time())))
    first, proved = configured_authorities(), verified_tokens()
    assert identify_token(text) is not None
    with override_settings(ENTRANCE=settings.ENTRANCE | {"AUTHORITY_HOST": "http://localhost:1"}):
        assert identify_token(text) is None, "it is no token of that authority"
    assert identify_token(text) is not None
    assert len(authority.requests) == 4, "nothing was kept: neither keys nor proofs"
    assert configured_authorities() is not first
    assert verified_tokens() is not proved
    with override_settings(LANGUAGE_CODE="de"):
        assert identify_token(text) is not None
    assert len(authority.requests) == 4
