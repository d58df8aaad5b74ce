"""While an authority hangs, a few requests wait for its keys: all others are told to come back, and hold no thread."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django_entrance.verification.errors import AuthorityUnreachable, BadSignature, Refused
from django_entrance.verification.identify import aidentify, identify
from django_entrance.verification.metadata.key_set import LIFETIME
from django_entrance.verification.metadata.pending_fetch import too_many_waiting
from django_entrance.verification.metadata.signing_keys import COOL_DOWN, RETRY, WAIT, SigningKeys
from django_entrance.verification.metadata.waiting import (
    MOST_WAITING,
    MOST_WAITING_AFTER_FAILURE,
    SLOTS_BY_PROCESS,
    WaitingSlots,
    process_slots,
    wait_for,
)
from held_keys import (
    K3,
    ONE_FETCH,
    Clock,
    HangingAuthority,
    await_fetches,
    call_in_threads,
    observe_fetches,
    signing_keys_from,
)
from scripted import ADA, K1, NOW, STRANGER, ScriptedAuthority, token, trust

FORGED = token(key=STRANGER)
NO_SLOT = "fewer requests that wait for the signing keys"


class Awaited(threading.Event):
    """Tells how many wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiters = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout == WAIT
        self.waiters.release()
        return super().wait(timeout)


Observe = Callable[[SigningKeys], SigningKeys]


@pytest.fixture
def endings() -> list[Awaited]:
    """The events for which requests wait, one for each fetch of observed keys."""
    return []


@pytest.fixture
def observe(endings: list[Awaited]) -> Observe:
    def observe(keys: SigningKeys) -> SigningKeys:
        observe_fetches(keys, Awaited, endings.append)
        return keys

    return observe


@pytest.fixture
def hanging(published: ScriptedAuthority) -> Iterator[HangingAuthority]:
    hanging = HangingAuthority(published)
    hanging.may_answer.clear()
    yield hanging
    hanging.may_answer.set()


class WaitingRequests:
    """Requests in threads of their own, and their answers: the reason of a refusal, or what was found."""

    def __init__(self) -> None:
        self.answers: list[object] = []
        self.threads: list[threading.Thread] = []

    def wait(self, endings: list[Awaited], count: int, ask: Callable[[], object]) -> None:
        """Let so many ask, one after the other, and return when all of them wait for the last fetch."""
        for _ in range(count):
            self.threads.append(threading.Thread(target=self.run, args=[ask]))
            self.threads[-1].start()
            while not endings or not endings[-1].waiters.acquire(timeout=0.01):
                assert self.threads[-1].is_alive(), self.answers

    def run(self, ask: Callable[[], object]) -> None:
        self.answers.append(answer(ask))

    def finish(self, hanging: HangingAuthority) -> list[object]:
        hanging.may_answer.set()
        for thread in self.threads:
            thread.join(10)
        return self.answers


def answer(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except Refused as refusal:
        return refusal.expected if isinstance(refusal, AuthorityUnreachable) else refusal.reason


@pytest.fixture
def waiting() -> WaitingRequests:
    return WaitingRequests()


def test_at_a_cold_start_a_few_wait_and_the_next_is_told_to_come_back(
    hanging: HangingAuthority,
    published: ScriptedAuthority,
    endings: list[Awaited],
    observe: Observe,
    waiting: WaitingRequests,
) -> None:
    authority = trust(published, fetch=hanging.fetch)
    observe(authority.keys)

    def come_in(text: str = FORGED) -> object:
        identity = identify(text, [authority], now=NOW)
        return identity and identity.object_id

    waiting.wait(endings, MOST_WAITING, come_in)
    for text in (FORGED, token()):
        with pytest.raises(AuthorityUnreachable) as refusal:
            come_in(text)
        assert (refusal.value.status, refusal.value.expected) == (503, NO_SLOT)
    assert waiting.answers == []
    assert waiting.finish(hanging) == ["signature_wrong"] * MOST_WAITING
    assert (too_many_waiting().retry_after, AuthorityUnreachable.retry_after) == (1, 10), "the keys may be there soon"
    assert come_in(token()) == ADA
    assert published.requests == ONE_FETCH
    assert process_slots().taken == 0


def test_a_few_wait_for_a_domains_tenant_too(
    hanging: HangingAuthority,
    clock: Clock,
    endings: list[Awaited],
    observe: Observe,
    waiting: WaitingRequests,
) -> None:
    keys = observe(signing_keys_from(hanging.fetch, clock))
    waiting.wait(endings, MOST_WAITING, keys.issuer)
    assert answer(keys.issuer) == NO_SLOT
    assert len(set(waiting.finish(hanging))) == 1
    assert keys.issuer() == waiting.answers[0]


def test_all_authorities_of_a_process_share_the_places(
    hanging: HangingAuthority,
    clock: Clock,
    endings: list[Awaited],
    observe: Observe,
    waiting: WaitingRequests,
) -> None:
    """What is asked for is fetched all the same: who comes back finds it."""
    one, other = (observe(signing_keys_from(hanging.fetch, clock)) for _ in range(2))
    waiting.wait(endings, MOST_WAITING, lambda: one.find("first-key"))
    assert answer(lambda: other.find("first-key")) == NO_SLOT
    waiting.finish(hanging)
    await_fetches(other)
    assert other.held is not None
    assert other.find("first-key").key_id == "first-key"


def test_after_a_failure_one_waits_and_after_a_success_a_few(
    hanging: HangingAuthority,
    published: ScriptedAuthority,
    clock: Clock,
    endings: list[Awaited],
    observe: Observe,
    waiting: WaitingRequests,
) -> None:
    keys = observe(signing_keys_from(hanging.fetch, clock))
    hanging.may_answer.set()
    published.down = True
    assert str(answer(lambda: keys.find("first-key"))).startswith("an answer from ")
    hanging.may_answer.clear()
    published.down = False
    clock.now += RETRY
    endings.clear()
    waiting.wait(endings, MOST_WAITING_AFTER_FAILURE, lambda: keys.find("first-key").key_id)
    assert answer(lambda: keys.find("first-key")) == NO_SLOT
    assert waiting.finish(hanging) == ["first-key"]
    hanging.may_answer.clear()
    published.keys = [K1.jwk(), K3.jwk()]
    endings.clear()
    waiting.wait(endings, MOST_WAITING, lambda: keys.find("third-key").key_id)
    assert answer(lambda: keys.find("third-key")) == NO_SLOT
    assert waiting.finish(hanging) == ["first-key"] + ["third-key"] * MOST_WAITING


def test_while_strangers_wait_for_their_keys_who_has_a_held_key_goes_on(
    hanging: HangingAuthority,
    clock: Clock,
    endings: list[Awaited],
    observe: Observe,
    waiting: WaitingRequests,
) -> None:
    keys = observe(signing_keys_from(hanging.fetch, clock))
    hanging.may_answer.set()
    first = keys.find("first-key")
    hanging.may_answer.clear()
    endings.clear()
    clock.now += COOL_DOWN
    waiting.wait(endings, MOST_WAITING, lambda: keys.find("random"))
    assert answer(lambda: keys.find("random")) == NO_SLOT, "it may be published in a moment"
    assert keys.find("first-key") is first
    assert waiting.finish(hanging) == ["signing_key_unknown"] * MOST_WAITING
    assert answer(lambda: keys.find("random")) == "signing_key_unknown"


def test_who_first_meets_stale_keys_goes_on_with_them_where_no_place_is_left(
    hanging: HangingAuthority, clock: Clock, endings: list[Awaited], observe: Observe
) -> None:
    keys = observe(signing_keys_from(hanging.fetch, clock))
    hanging.may_answer.set()
    first = keys.find("first-key")
    hanging.may_answer.clear()
    clock.now += LIFETIME
    slots = process_slots()
    assert [slots.acquire(MOST_WAITING) for _ in range(MOST_WAITING + 1)] == [True] * MOST_WAITING + [False]
    assert keys.find("first-key") is first
    for _ in range(MOST_WAITING):
        slots.release()
    hanging.may_answer.set()
    await_fetches(keys)


async def test_in_an_event_loop_threads_stay_free(hanging: HangingAuthority, published: ScriptedAuthority) -> None:
    """Its pool has five threads on the smallest machine: if more than MOST_WAITING waited, nothing else would run."""
    authority = trust(published, fetch=hanging.fetch)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(MOST_WAITING + 1))
    asking = [asyncio.create_task(aidentify(FORGED, [authority], now=NOW)) for _ in range(40)]
    pending = set(asking)
    while len(pending) > MOST_WAITING:
        done, pending = await asyncio.wait(pending, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        assert {type(task.exception()) for task in done} == {AuthorityUnreachable}
    assert await asyncio.to_thread(lambda: "free") == "free"
    hanging.may_answer.set()
    await asyncio.wait(pending)
    assert {type(task.exception()) for task in pending} == {BadSignature}
    assert (await aidentify(token(), [authority], now=NOW)) is not None


def test_what_has_come_needs_no_place() -> None:
    has_come, comes_never = threading.Event(), threading.Event()
    has_come.set()
    assert wait_for(has_come, 10, most=0)
    assert not wait_for(comes_never, 10, most=0)
    assert wait_for(comes_never, 0, most=1), "it has waited, though in vain"
    assert process_slots().taken == 0


def test_a_thread_that_is_ended_while_it_waits_leaves_its_place() -> None:
    class Ends(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            assert process_slots().taken == 1
            raise SystemExit

    with pytest.raises(SystemExit):
        wait_for(Ends(), 10, most=1)
    assert process_slots().taken == 0


def test_a_forked_process_has_slots_of_its_own() -> None:
    parents = process_slots()
    assert process_slots() is process_slots(os.getpid()) is parents
    with parents.lock:
        assert process_slots(-2) is not parents
        assert wait_for(threading.Event(), 0, most=1, process_id=-2)
    assert process_slots() is parents
    SLOTS_BY_PROCESS.pop(-2)


def test_threads_that_come_at_once_take_no_place_twice() -> None:
    slots = WaitingSlots()
    assert sorted(map(bool, call_in_threads(50, lambda: slots.acquire(3)))) == [False] * 47 + [True] * 3
    assert slots.taken == 3
