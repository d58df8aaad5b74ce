"""All threads of a process get the same settings and authorities, however many ask first."""

import threading
import time
from typing import Any

import pytest
from django.test import override_settings
from django_entrance.bearer.authentication import identify_token
from django_entrance.conf.cached_result import CachedResult
from django_entrance.entra.authorities import configured_authorities, verified_tokens
from django_entrance.verification.errors import AuthorityUnreachable
from scripted import ADA, ScriptedAuthority, claims_v2, token


def call_together(count: int, call: Any) -> list[Any]:
    """Call from ``count`` threads; return the results."""
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(call())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers


def test_concurrent_threads_get_the_same_result() -> None:
    all_are_calling, made = threading.Barrier(8), []

    def make() -> object:
        all_are_calling.wait(10)
        made.append(object())
        return made[-1]

    answers = call_together(8, CachedResult(make))
    assert len(made) == 8
    assert {id(answer) for answer in answers} == {id(answers[0])}


def test_the_function_is_called_again_only_after_cache_clear() -> None:
    cached = CachedResult(object)
    first = cached()
    assert cached() is first
    cached.cache_clear()
    assert cached() is not first


def test_an_exception_is_not_cached() -> None:
    errors = [ValueError("not yet")]

    def make() -> str:
        if errors:
            raise errors.pop()
        return "made"

    cached = CachedResult(make)
    with pytest.raises(ValueError, match="not yet"):
        cached()
    assert cached() == "made"


def test_fifty_concurrent_first_requests_fetch_once(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them read the settings before any has made the authorities. Few may wait for the keys: see ``waiting``."""
    text = token(claims_v2(host=authority.host, now=int(time.time())))
    all_are_here, make = threading.Barrier(50), configured_authorities.function

    def make_together() -> Any:
        all_are_here.wait(20)
        return make()

    def identify() -> str:
        try:
            identity = identify_token(text)
        except AuthorityUnreachable:
            return "come back"
        return "" if identity is None else identity.object_id

    monkeypatch.setattr(configured_authorities, "function", make_together)
    assert ADA in (outcomes := set(call_together(50, identify)))
    assert outcomes <= {ADA, "come back"}
    assert len(authority.requests) == 2
    assert identify() == ADA


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
