import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django_entrance.entra import single_flight
from django_entrance.entra.single_flight import Flight, SingleFlight, in_turn
from django_entrance.entra.token_cache import CacheDown, claim
from django_entrance.verification.errors import CallUnanswered, ConsentMissing
from entrance_settings import TWO_IDS


@pytest.fixture(autouse=True)
def named_cache(settings: Any) -> None:
    settings.ENTRANCE = TWO_IDS | {"TOKENS_CACHE": "default"}
    cache.clear()


def test_one_thread_works_for_all() -> None:
    flights = SingleFlight[str]()
    done: list[int] = []
    has_begun, may_end = threading.Event(), threading.Event()

    def work() -> str:
        done.append(1)
        has_begun.set()
        may_end.wait(5)
        return "result"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(flights, "place", work)
        has_begun.wait(5)
        second = pool.submit(single_flight.outcome, flights.flights["place"])
        may_end.set()
        assert first.result(5) == second.result(5) == "result"
    assert done == [1]
    assert flights.flights == {}


def test_a_refusal_is_made_anew_for_each() -> None:
    flights, refusal = SingleFlight[str](), ConsentMissing(expected="consent")

    def work() -> str:
        raise refusal

    with pytest.raises(ConsentMissing, match="consent") as raised:
        flights("place", work)
    assert raised.value is not refusal
    assert flights.flights == {}


def test_an_error_of_the_first_is_not_the_others() -> None:
    flights = SingleFlight[str]()

    def work() -> str:
        raise KeyError("secret")

    with pytest.raises(KeyError):
        flights("place", work)
    failed = Flight[str]()
    failed.landed.set()
    flights.flights["place"] = failed
    with pytest.raises(CallUnanswered, match="another request"):
        flights("place", work)


def test_a_thread_waits_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_flight, "PATIENCE", 0.01)
    flights = SingleFlight[str]()
    flights.flights["place"] = Flight()
    with pytest.raises(CallUnanswered, match="in time"):
        flights("place", lambda: "result")


def test_a_flight_of_the_parent_process_never_lands() -> None:
    flights, of_parent = SingleFlight[str](), Flight[str]()
    of_parent.process = os.getpid() + 1
    flights.flights["place"] = of_parent
    assert flights("place", lambda: "result") == "result"


def test_another_process_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[float] = []
    monkeypatch.setattr(single_flight, "pause", looked.append)
    assert claim("place", 60)
    assert in_turn("place", lambda: "found" if len(looked) == 3 else None, lambda: "worked") == "found"


def test_what_is_found_at_once_needs_no_work() -> None:
    assert in_turn("place", lambda: "found", lambda: "worked") == "found"
    assert claim("place", 60)


def test_the_claim_ends_with_the_work() -> None:
    assert in_turn("place", lambda: None, lambda: "worked") == "worked"
    assert claim("place", 60)


def test_a_process_that_died_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_flight, "PATIENCE", 0.02)
    monkeypatch.setattr(single_flight, "LOOKS_EVERY", 0.01)
    assert claim("place", 60)
    assert in_turn("place", lambda: None, lambda: "worked") == "worked"


def test_a_cache_that_is_down_delays_no_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> Any:
        raise CacheDown("ConnectionError")

    monkeypatch.setattr(single_flight, "claim", down)
    assert in_turn("place", lambda: None, lambda: "worked") == "worked"
    monkeypatch.undo()
    monkeypatch.setattr(single_flight, "release", down)
    assert in_turn("place", lambda: None, lambda: "worked") == "worked"
