import logging
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django_entrance.entra.token_cache import (
    CacheDown,
    claim,
    forget,
    place_of,
    read,
    release,
    required_cache,
    write,
    write_first,
)
from entrance_settings import TWO_IDS


class Away(LocMemCache):
    def get_many(self, *given: Any, **named: Any) -> Any:
        raise ConnectionError("redis://user:a-password@cache.example/")


@pytest.fixture(autouse=True)
def named_cache(settings: Any) -> None:
    settings.ENTRANCE = TWO_IDS | {"TOKENS_CACHE": "default"}
    cache.clear()


def test_without_the_setting_it_says_what_to_write(settings: Any) -> None:
    settings.ENTRANCE = TWO_IDS
    with pytest.raises(ImproperlyConfigured, match='"TOKENS_CACHE": "default"'):
        required_cache()


def test_what_is_written_is_read_until_it_is_forgotten() -> None:
    write("one", {"a": 1}, 60)
    write("two", {"b": 2}, 60)
    assert read("one", "two", "three") == {"one": {"a": 1}, "two": {"b": 2}}
    forget(["one", "three"])
    assert read("one", "two") == {"two": {"b": 2}}


def test_the_first_of_several_stays() -> None:
    write_first("one", {"a": 1}, 60)
    write_first("one", {"a": 2}, 60)
    assert read("one") == {"one": {"a": 1}}


def test_what_cannot_be_read_gives_way() -> None:
    cache.set("one", "nonsense")
    write_first("one", {"a": 2}, 60)
    assert read("one") == {"one": {"a": 2}}


def test_places_tell_facts_apart() -> None:
    places = [place_of("a", "b", "c"), place_of("a", "bc"), place_of("a", "b", "c", ""), place_of("b", "b", "c")]
    assert len(set(places)) == 4
    assert all(len(place) < 200 and place.isascii() and " " not in place for place in places)


def test_a_claim_is_one_process_s_until_it_is_released() -> None:
    ticket = claim("one", 60)
    assert ticket
    assert claim("one", 60) is None
    release("one", "of-another")
    assert claim("one", 60) is None
    release("one", ticket)
    assert claim("one", 60)


def test_a_cache_that_keeps_nothing_gives_every_process_a_ticket(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert claim("one", 60)
    assert claim("one", 60)


def test_a_cache_that_is_down_is_logged_by_its_name_alone(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.Away"}}
    with caplog.at_level(logging.WARNING), pytest.raises(CacheDown, match="ConnectionError") as down:
        read("one")
    assert "The cache 'default', which keeps tokens, does not answer (ConnectionError)." in caplog.text
    assert "a-password" not in caplog.text + str(down.value)


@pytest.mark.django_db
def test_a_database_without_the_table_says_how_to_make_it(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "none"}}
    with caplog.at_level(logging.WARNING), transaction.atomic(), pytest.raises(CacheDown):
        read("one")
    assert "manage.py createcachetable" in caplog.text
