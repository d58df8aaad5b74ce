"""Slow work is done once for each token, however many threads ask; an outage is repeated for some seconds."""

import gc
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import ref

import pytest
from django_entrance.entra import shared_work
from django_entrance.entra.shared_work import SharedWork
from django_entrance.verification.errors import GraphUnreachable
from django_entrance.verification.identity import Identity
from people import person


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Work:
    """Counts its calls, and fails while it is told to."""

    def __init__(self) -> None:
        self.calls = 0
        self.fault: Exception | None = None

    def __call__(self, identity: Identity) -> int:
        self.calls += 1
        if self.fault is not None:
            raise self.fault
        return self.calls


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def shared(work: Work, clock: Clock) -> SharedWork[int]:
    return SharedWork(work, GraphUnreachable, clock)


def test_the_same_token_is_the_same_work(shared: SharedWork[int], work: Work) -> None:
    one, again, other = person(), person(), person(uti="another")
    assert [shared(one), shared(again), shared(other), shared(one)] == [1, 1, 2, 1]


@pytest.mark.parametrize("uti", [None, 5])
def test_a_token_without_an_id_is_known_by_its_end(shared: SharedWork[int], uti: Any) -> None:
    assert [shared(person(uti=uti)), shared(person(uti=uti, exp=1_790_009_999))] == [1, 2]


def test_threads_that_meet_a_failure_try_again_once(shared: SharedWork[int], work: Work, clock: Clock) -> None:
    identity = person()
    refusal = work.fault = GraphUnreachable(expected="an answer")
    refusal.retry_after = 30
    for _ in range(3):
        with pytest.raises(GraphUnreachable) as caught:
            shared(identity)
        assert (caught.value.expected, caught.value.retry_after) == ("an answer", 30)
        assert caught.value is not refusal
    assert work.calls == 1
    clock.now += 30
    work.fault = None
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _: shared(identity), range(200))) == {2}


def test_a_failure_keeps_no_identity(shared: SharedWork[int], work: Work) -> None:
    identity = person()
    gone = ref(identity)
    work.fault = GraphUnreachable()
    with pytest.raises(GraphUnreachable):
        shared(identity)
    work.fault = None
    del identity
    gc.collect()
    assert gone() is None


def test_a_fault_of_ours_is_raised_and_not_kept(shared: SharedWork[int], work: Work) -> None:
    work.fault = RuntimeError("ours")
    with pytest.raises(RuntimeError):
        shared(person())
    work.fault = None
    assert shared(person()) == 2


def test_a_thread_does_not_wait_for_ever(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_work, "PATIENCE", 0.01)
    begun, end = threading.Event(), threading.Event()

    def hang(identity: Identity) -> int:
        begun.set()
        assert end.wait(10)
        return 1

    shared = SharedWork(hang, GraphUnreachable, clock)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(shared, person())
        assert begun.wait(10)
        with pytest.raises(GraphUnreachable, match="an answer in time"):
            shared(person())
        end.set()
        assert first.result(10) == 1


def test_a_flight_of_the_parent_process_is_not_waited_for(
    shared: SharedWork[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    flight: shared_work.Flight[int] = shared_work.Flight()
    monkeypatch.undo()
    shared.flights[shared_work.key_of(person())] = flight
    assert shared(person()) == 1


def test_the_oldest_results_go_first(shared: SharedWork[int], work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_work, "MOST_KEPT", 2)
    for uti in ("a", "b", "c"):
        shared(person(uti=uti))
    assert [key[-1] for key in shared.flights] == ["b", "c"]
    shared.cache_clear()
    assert shared.flights == {}
