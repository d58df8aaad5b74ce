"""``entrance doctor`` tries TOKENS_CACHE."""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django_entrance.entra.token_cache import place_of, write
from django_entrance.management import tokens_cache
from django_entrance.management.tokens_cache import examine_tokens_cache, kept_at, read_in_another_process
from doctor_runs import run_doctor
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db

BACKENDS = "django.core.cache.backends"


@pytest.fixture
def on_disk(settings: Any, tmp_path: Path) -> Any:
    """A cache that several processes share."""
    settings.CACHES = {"default": {"BACKEND": f"{BACKENDS}.filebased.FileBasedCache", "LOCATION": str(tmp_path / "c")}}
    settings.ENTRANCE = settings.ENTRANCE | {"TOKENS_CACHE": "default"}
    return settings


def test_without_a_cache_there_is_nothing_to_try() -> None:
    assert examine_tokens_cache() == ("", "")


def test_a_shared_cache_is_good_and_keeps_nothing_of_the_trial(on_disk: Any, tmp_path: Path) -> None:
    seen, remedy = examine_tokens_cache(kept_at)
    assert (seen, remedy) == ("'default' keeps sealed values, and another process reads them", "")
    assert list((tmp_path / "c").iterdir()) == []


@pytest.mark.parametrize(
    ("elsewhere", "seen", "is_wrong"),
    [
        (None, "'default' keeps sealed values; whether other processes see them was not tried", False),
        ("", "another process does not find in 'default' what this one has kept", True),
    ],
)
def test_what_another_process_finds_is_told(on_disk: Any, elsewhere: str | None, seen: str, is_wrong: bool) -> None:
    told, remedy = examine_tokens_cache(lambda place: elsewhere)
    assert told == seen
    assert ("the same SECRET_KEY" in remedy) is is_wrong


def test_a_cache_that_is_down_is_wrong(on_disk: Any) -> None:
    on_disk.CACHES = {"default": {"BACKEND": f"{BACKENDS}.redis.RedisCache", "LOCATION": "redis://localhost:1"}}
    seen, remedy = examine_tokens_cache()
    assert seen == "'default' does not answer (ConnectionError)"
    assert "Start the cache" in remedy


def test_a_cache_that_keeps_nothing_is_wrong(on_disk: Any) -> None:
    on_disk.CACHES = {"default": {"BACKEND": f"{BACKENDS}.dummy.DummyCache"}}
    seen, remedy = examine_tokens_cache()
    assert seen == "'default' does not keep what is written"
    assert "forgets at once" in remedy


@pytest.mark.parametrize(
    ("debug", "workers", "is_wrong"), [(True, "", False), (True, "1", False), (True, "4", True), (False, "", True)]
)
def test_the_memory_of_a_process_is_for_one_worker(
    on_disk: Any, monkeypatch: pytest.MonkeyPatch, debug: bool, workers: str, is_wrong: bool
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", workers)
    on_disk.DEBUG = debug
    on_disk.CACHES = {"default": {"BACKEND": f"{BACKENDS}.locmem.LocMemCache", "LOCATION": "tokens"}}
    seen, remedy = examine_tokens_cache(kept_at)
    assert seen.startswith("'default' is the memory of one process")
    assert bool(remedy) is is_wrong
    caches["default"].clear()


def test_doctor_reports_it(authority: ScriptedAuthority, on_disk: Any) -> None:
    on_disk.ENTRANCE = on_disk.ENTRANCE | {"AUTHORITY_HOST": authority.host, "TOKENS_CACHE": "default"}
    on_disk.CACHES = {"default": {"BACKEND": f"{BACKENDS}.dummy.DummyCache"}}
    output = run_doctor(problems=2)
    assert "wrong  TOKENS_CACHE: 'default' does not keep what is written" in output
    assert "wrong  settings, W017: " in output  # no credential


def test_a_new_process_reads_what_this_one_keeps(on_disk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARED_TOKENS", str(tmp_path / "c"))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "shared_tokens_settings")
    assert examine_tokens_cache() == ("'default' keeps sealed values, and another process reads them", "")
    on_disk.SECRET_KEY = "another, which the other process does not have"
    seen, remedy = examine_tokens_cache()
    assert seen == "another process does not find in 'default' what this one has kept"
    assert "the same SECRET_KEY" in remedy


def test_another_process_with_other_settings_does_not(on_disk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "project_settings")
    place = place_of("doctor", "x")
    write(place, {"value": "secret-value"}, 60)
    assert kept_at(place) == "secret-value"
    assert read_in_another_process(place) is None, "its settings have no TOKENS_CACHE"


@pytest.mark.parametrize("why", ["no module of settings", "no program"])
def test_where_no_other_process_starts_it_was_not_tried(
    on_disk: Any, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "project_settings" if why == "no program" else "")
    if why == "no program":
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert tokens_cache.read_in_another_process("x") is None
