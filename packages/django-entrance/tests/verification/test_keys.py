"""The signing keys of one authority, with a clock and documents of the tests' own."""

import logging
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from django_entrance.verification import keys
from django_entrance.verification.errors import AuthorityMismatch, AuthorityUnreachable, UnknownSigningKey
from django_entrance.verification.issuers import workforce
from django_entrance.verification.jwks import SigningKey
from django_entrance.verification.keys import (
    COOL_DOWN,
    LIFE,
    MOST_FLIGHTS,
    RENEWAL,
    RETRY,
    SPREAD,
    WAIT,
    Flight,
    KeySet,
    SigningKeys,
)
from django_entrance.verification.published import Publisher
from scripted import K1, K2, PUBLIC_HOST, TENANT, Key, ScriptedAuthority

DISCOVERY = f"/{TENANT}/v2.0/.well-known/openid-configuration"
JWKS = f"/{TENANT}/discovery/v2.0/keys"
ONE_FETCH = [PUBLIC_HOST + DISCOVERY, PUBLIC_HOST + JWKS]
K3 = Key(key_id="third-key", private=K2.private)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def held_by(fetch: Callable[[str], bytes], clock: Clock) -> SigningKeys:
    publisher = Publisher(addresses=workforce(PUBLIC_HOST, TENANT), tenant=TENANT, fetch=fetch)
    return SigningKeys(publisher, clock=clock)


@pytest.fixture
def signing_keys(published: ScriptedAuthority, clock: Clock) -> SigningKeys:
    return held_by(published.fetch, clock)


def land(signing_keys: SigningKeys) -> None:
    """Wait for what is fetched in the background."""
    for flight in list(signing_keys.tries.flights):
        assert flight.done.wait(10)


def test_nothing_is_fetched_before_the_first_token(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    assert published.requests == []
    assert signing_keys.find("first-key").key_id == "first-key"
    assert published.requests == ONE_FETCH


def test_a_known_key_costs_no_further_fetch(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    clock.now += RENEWAL * (1 - SPREAD) - 1
    signing_keys.find("second-key")
    assert (published.requests, signing_keys.tries.flights) == (ONE_FETCH, [])


def test_keys_are_renewed_in_the_background_of_a_request(clock: Clock) -> None:
    published, may_answer = ScriptedAuthority(keys=[K1.jwk()]), threading.Event()
    may_answer.set()

    def fetch(url: str) -> bytes:
        assert may_answer.wait(10)
        return published.fetch(url)

    signing_keys = held_by(fetch, clock)
    first = signing_keys.find("first-key")
    clock.now += RENEWAL
    may_answer.clear()
    published.keys = [K1.jwk(), K3.jwk()]
    assert signing_keys.find("first-key") is first, "nobody waits"
    assert len(signing_keys.tries.flights) == 1
    may_answer.set()
    land(signing_keys)
    assert signing_keys.find("third-key").key_id == "third-key"
    assert signing_keys.find("first-key") is first, "an unchanged key stays the same object"
    assert published.requests == ONE_FETCH * 2


def test_processes_do_not_renew_at_the_same_moment(published: ScriptedAuthority, clock: Clock) -> None:
    moments = set()
    for _ in range(20):
        signing_keys = held_by(published.fetch, clock)
        signing_keys.find("first-key")
        assert signing_keys.held is not None
        moments.add(signing_keys.held.renew_at)
        assert RENEWAL * (1 - SPREAD) - 1 <= signing_keys.held.renew_at - clock.now <= RENEWAL
        assert LIFE * (1 - SPREAD) - 1 <= signing_keys.held.stale_at - clock.now <= LIFE
    assert len(moments) > 10


def test_a_rotated_key_is_found_with_one_fetch(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    signing_keys.find("first-key")
    published.keys = [K3.jwk()]
    assert signing_keys.find("third-key").key_id == "third-key"
    assert published.requests == ONE_FETCH * 2
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("first-key")


def test_a_storm_of_unknown_key_ids_fetches_once_in_a_cool_down(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    for number in range(10_000):
        with pytest.raises(UnknownSigningKey):
            signing_keys.find(f"random-{number}")
    assert published.requests == ONE_FETCH * 2
    clock.now += COOL_DOWN
    with pytest.raises(UnknownSigningKey) as refusal:
        signing_keys.find("random")
    assert refusal.value.reason == "signing_key_unknown"
    assert published.requests == ONE_FETCH * 3


def test_an_outage_keeps_the_keys_that_are_held(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    first = signing_keys.find("first-key")
    published.down = True
    for _ in range(100):
        clock.now += LIFE
        assert signing_keys.find("first-key") is first
        land(signing_keys)
    tries = len(published.requests)
    assert signing_keys.find("first-key") is first
    assert (len(published.requests), signing_keys.tries.flights) == (tries, []), "no second try within the retry time"
    clock.now += RETRY
    published.down = False
    signing_keys.find("first-key")
    land(signing_keys)
    assert published.requests[tries:] == ONE_FETCH


def test_without_keys_an_outage_is_not_the_callers_fault(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    published.down = True
    for _ in range(2):
        with pytest.raises(AuthorityUnreachable) as refusal:
            signing_keys.find("first-key")
    assert (refusal.value.status, refusal.value.reason) == (503, "authority_unreachable")
    assert len(published.requests) == 1
    published.down = False
    with pytest.raises(AuthorityUnreachable):
        signing_keys.find("first-key")
    clock.now += RETRY
    assert signing_keys.find("first-key").key_id == "first-key", "back within ten seconds"


def test_a_contradiction_is_said_until_it_is_mended(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    published.changes = {"issuer": "https://evil.example"}
    for _ in range(2):
        with pytest.raises(AuthorityMismatch, match=r"evil\.example"):
            signing_keys.find("first-key")
    clock.now += RETRY
    published.changes = {}
    assert signing_keys.find("first-key").key_id == "first-key"
    assert signing_keys.mismatch is None


@pytest.mark.parametrize(
    ("bodies", "changes"),
    [
        ({DISCOVERY: b""}, {}),
        ({DISCOVERY: b"<html>"}, {}),
        ({DISCOVERY: b"[" * 100_000}, {}),
        ({JWKS: b"{}"}, {}),
        ({JWKS: b'{"keys":[]}'}, {}),
        ({JWKS: b'{"keys":[null,1,"x",[],{}]}'}, {}),
        ({}, {"issuer": "https://evil.example"}),
        ({}, {"jwks_uri": "https://evil.example/keys"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_garbage_and_contradictions_later_change_nothing(
    signing_keys: SigningKeys,
    published: ScriptedAuthority,
    clock: Clock,
    bodies: dict[str, bytes],
    changes: dict[str, Any],
) -> None:
    first = signing_keys.find("first-key")
    published.bodies, published.changes = bodies, changes
    clock.now += LIFE
    assert signing_keys.find("first-key") is first
    assert len(published.requests) > 2
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("third-key")


def test_a_domains_tenant_is_what_it_was_first(published: ScriptedAuthority, clock: Clock) -> None:
    signing_keys = of_a_domain(published, clock)
    assert signing_keys.issuer() == f"{PUBLIC_HOST}/{TENANT}/v2.0"
    published.changes = {"issuer": f"{PUBLIC_HOST}/07e40000-0000-4000-8000-00000000000f/v2.0"}
    clock.now += LIFE
    assert signing_keys.find("first-key").key_id == "first-key"
    assert signing_keys.issuer() == f"{PUBLIC_HOST}/{TENANT}/v2.0"
    assert isinstance(signing_keys.mismatch, AuthorityMismatch)


def names(signing_keys: SigningKeys) -> set[str]:
    assert signing_keys.held is not None
    return set(signing_keys.held.keys)


def test_who_asks_for_the_issuer_a_moment_too_late_fetches_nothing(
    published: ScriptedAuthority, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread's fetch lands between the look at what is held and the decision to fetch."""
    signing_keys = of_a_domain(published, clock)
    held = signing_keys.publisher.download()
    published.requests.clear()
    fetched = signing_keys.fetched

    def land_first(key_id: str | None) -> KeySet:
        signing_keys.adopt(held, asked_at=clock.now)
        return fetched(key_id)

    monkeypatch.setattr(signing_keys, "fetched", land_first)
    assert signing_keys.issuer() == f"{PUBLIC_HOST}/{TENANT}/v2.0"
    assert published.requests == []


def of_a_domain(published: ScriptedAuthority, clock: Clock) -> SigningKeys:
    """Keys of a tenant whose GUID only the discovery document knows."""
    addresses = workforce(PUBLIC_HOST, TENANT)
    return SigningKeys(Publisher(addresses=addresses, tenant="contoso.com", fetch=published.fetch), clock=clock)


@pytest.mark.parametrize(("asked_at", "held"), [(9.9, "third-key"), (10.0, "first-key"), (10.1, "first-key")])
def test_a_late_answer_does_not_replace_a_newer_one(
    signing_keys: SigningKeys, published: ScriptedAuthority, asked_at: float, held: str
) -> None:
    other = signing_keys.publisher.download()
    published.keys = [K3.jwk()]
    signing_keys.adopt(signing_keys.publisher.download(), asked_at=10.0)
    signing_keys.adopt(other, asked_at=asked_at)
    assert held in names(signing_keys)


def test_two_answers_at_once_end_with_the_newer_one(
    signing_keys: SigningKeys, published: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newer one comes in the middle of the older one's adoption."""
    old = signing_keys.publisher.download()
    published.keys = [K3.jwk()]
    new = signing_keys.publisher.download()
    newer = threading.Thread(target=lambda: signing_keys.adopt(new, asked_at=2.0))

    class Slow(KeySet):
        def __init__(self, **members: Any) -> None:
            monkeypatch.undo()
            newer.start()
            newer.join(0.1)
            super().__init__(**members)

    monkeypatch.setattr(keys, "KeySet", Slow)
    signing_keys.adopt(old, asked_at=1.0)
    newer.join(10)
    assert names(signing_keys) == {"third-key"}


def test_an_abandoned_fetch_that_ends_last_changes_nothing(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer was made before the other one, and took longer."""
    monkeypatch.setattr(keys, "WAIT", 0.01)
    old, new = ScriptedAuthority(keys=[K1.jwk()]), ScriptedAuthority(keys=[K3.jwk()])
    may_end, numbers = threading.Event(), count(1)

    def fetch(url: str) -> bytes:
        number = next(numbers)
        body = (old if number <= 2 else new).fetch(url)
        assert number != 2 or may_end.wait(10)
        return body

    signing_keys = held_by(fetch, clock)
    with pytest.raises(AuthorityUnreachable):
        signing_keys.find("third-key")
    abandoned = signing_keys.tries.flights[0]
    clock.now += RETRY
    monkeypatch.undo()
    assert signing_keys.find("third-key").key_id == "third-key"
    may_end.set()
    assert abandoned.done.wait(10)
    assert names(signing_keys) == {"third-key"}


def test_a_clock_that_is_set_back_keeps_no_new_key_out(
    signing_keys: SigningKeys, published: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that starts with a wrong time fetches keys before NTP has mended it."""
    with monkeypatch.context() as patch:
        wrong = time.time() + LIFE
        patch.setattr(time, "time", lambda: wrong)
        signing_keys.find("first-key")
    published.keys = [K3.jwk()]
    assert signing_keys.find("third-key").key_id == "third-key"
    assert published.requests == ONE_FETCH * 2


def together(count: int, call: Callable[[], object]) -> list[object]:
    """Call from ``count`` threads at once; return what came, exceptions included."""
    gate, answers = threading.Barrier(count), []

    def run() -> None:
        gate.wait(10)
        try:
            answers.append(call())
        except Exception as fault:
            answers.append(fault)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers


def test_of_fifty_threads_one_fetches(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    answers = together(50, lambda: signing_keys.find("first-key").key_id)
    assert answers == ["first-key"] * 50
    assert published.requests == ONE_FETCH


def test_of_fifty_threads_that_meet_a_new_key_one_fetches(
    signing_keys: SigningKeys, published: ScriptedAuthority
) -> None:
    signing_keys.find("first-key")
    published.keys = [K1.jwk(), K3.jwk()]
    assert together(50, lambda: signing_keys.find("third-key").key_id) == ["third-key"] * 50
    assert published.requests == ONE_FETCH * 2


class Hanging:
    """An authority that does not answer until it is let go."""

    def __init__(self, published: ScriptedAuthority) -> None:
        self.published = published
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = threading.Event()

    def fetch(self, url: str) -> bytes:
        self.asked.set()
        assert self.may_answer.wait(20)
        return self.published.fetch(url)


def test_who_holds_a_good_key_does_not_wait_for_a_strangers(clock: Clock) -> None:
    authority = Hanging(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = held_by(authority.fetch, clock)
    first = signing_keys.find("first-key")
    authority.may_answer.clear()
    authority.asked.clear()
    stranger = threading.Thread(target=together, args=[1, lambda: signing_keys.find("random")])
    stranger.start()
    assert authority.asked.wait(10)
    assert together(20, lambda: signing_keys.find("first-key")) == [first] * 20
    assert stranger.is_alive()
    authority.may_answer.set()
    stranger.join(10)


class Noticed(threading.Event):
    """Says that somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiter = threading.Event()
        self.longest_wait: float | None = None

    def wait(self, timeout: float | None = None) -> bool:
        self.longest_wait = timeout
        self.waiter.set()
        return super().wait(timeout)


@pytest.fixture
def exact(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> tuple[SigningKeys, Hanging]:
    """Keys that were fetched just now, by a clock that was a little ahead, and come to their time without spread."""
    monkeypatch.setattr(random, "random", lambda: 0.0)
    authority = Hanging(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = held_by(authority.fetch, clock)
    documents = replace(signing_keys.publisher.download(), fetched_at=time.time() + 60)
    signing_keys.adopt(documents, asked_at=clock.now)
    authority.published.requests.clear()
    return signing_keys, authority


def test_what_a_clock_ahead_has_fetched_is_fetched_now(exact: tuple[SigningKeys, Hanging], clock: Clock) -> None:
    held = exact[0].held
    assert held is not None
    assert (held.renew_at, held.stale_at) == (clock.now + RENEWAL, clock.now + LIFE)


@pytest.fixture
def landings(monkeypatch: pytest.MonkeyPatch) -> SimpleQueue[Noticed]:
    """What the requests may wait for, one for each fetch."""
    events: SimpleQueue[Noticed] = SimpleQueue()

    def fly(*, started_at: float, is_for_a_key: bool) -> Flight:
        landed = Noticed()
        events.put(landed)
        return Flight(started_at=started_at, is_for_a_key=is_for_a_key, done=landed)

    monkeypatch.setattr(keys, "Flight", fly)
    return events


def test_keys_are_renewed_when_their_time_has_come(
    exact: tuple[SigningKeys, Hanging], clock: Clock, landings: SimpleQueue[Noticed]
) -> None:
    signing_keys, authority = exact
    clock.now += RENEWAL - 1
    signing_keys.find("first-key")
    assert (landings.empty(), authority.published.requests) == (True, [])
    clock.now += 1
    signing_keys.find("first-key")
    land(signing_keys)
    assert authority.published.requests == ONE_FETCH


@pytest.mark.parametrize(
    ("age", "tried"),
    [(RENEWAL, float("-inf")), (LIFE - 1, float("-inf")), (LIFE + RETRY, LIFE)],
    ids=["renewal", "nearly stale", "tried when they became stale"],
)
def test_nobody_else_waits_for_a_renewal(
    exact: tuple[SigningKeys, Hanging], clock: Clock, landings: SimpleQueue[Noticed], age: float, tried: float
) -> None:
    signing_keys, authority = exact
    authority.may_answer.clear()
    signing_keys.tries.tried_at = clock.now + tried
    clock.now += age
    assert signing_keys.find("first-key").key_id == "first-key"
    assert not landings.get_nowait().waiter.is_set()
    authority.may_answer.set()
    land(signing_keys)
    assert authority.published.requests == ONE_FETCH


def test_who_first_meets_stale_keys_waits_for_new_ones(
    exact: tuple[SigningKeys, Hanging], clock: Clock, landings: SimpleQueue[Noticed]
) -> None:
    """After a day without a request, a key that was retired meanwhile does not let anybody in."""
    signing_keys, authority = exact
    authority.may_answer.clear()
    authority.published.keys = [K2.jwk()]
    clock.now += LIFE
    answers: list[object] = []

    def find() -> None:
        answers.extend(together(1, lambda: signing_keys.find("first-key")))

    first = threading.Thread(target=find)
    first.start()
    landed = landings.get(timeout=10)
    assert landed.waiter.wait(10)
    assert landed.longest_wait == WAIT
    assert signing_keys.find("first-key").key_id == "first-key", "who comes after does not wait"
    authority.may_answer.set()
    first.join(20)
    assert [type(answer) for answer in answers] == [UnknownSigningKey]
    assert authority.published.requests == ONE_FETCH


@pytest.mark.parametrize("asked", ["first-key", "random"])
def test_neither_a_good_key_nor_a_stranger_in_the_cool_down_takes_the_lock(
    signing_keys: SigningKeys, published: ScriptedAuthority, asked: str
) -> None:
    """However many strangers there are, nobody stands in a queue."""
    signing_keys.find("first-key")
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("random")
    with signing_keys.tries.lock:
        (answer,) = together(1, lambda: signing_keys.find(asked))
    assert isinstance(answer, SigningKey if asked == "first-key" else UnknownSigningKey)
    assert published.requests == ONE_FETCH * 2


@pytest.fixture
def renewing(clock: Clock) -> Iterator[tuple[SigningKeys, Hanging, Noticed]]:
    """A renewal hangs, and a stranger has just caused his fetch."""
    authority = Hanging(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = held_by(authority.fetch, clock)
    signing_keys.find("first-key")
    clock.now += RENEWAL
    signing_keys.tries.surprised_at = clock.now
    authority.published.keys = [K1.jwk(), K3.jwk()]
    authority.may_answer.clear()
    signing_keys.find("first-key")
    (flight,) = signing_keys.tries.flights
    flight.done = landed = Noticed()
    yield signing_keys, authority, landed
    authority.may_answer.set()
    land(signing_keys)


def test_in_the_cool_down_strangers_do_not_wait_for_a_renewal(
    renewing: tuple[SigningKeys, Hanging, Noticed],
) -> None:
    signing_keys, authority, landed = renewing
    strangers = together(20, lambda: signing_keys.find("random"))
    assert {type(answer) for answer in strangers} == {UnknownSigningKey}
    assert not landed.waiter.is_set()
    assert authority.published.requests == ONE_FETCH


def test_after_the_cool_down_a_new_key_waits_for_the_renewal(
    renewing: tuple[SigningKeys, Hanging, Noticed], clock: Clock
) -> None:
    signing_keys, authority, landed = renewing
    signing_keys.tries.surprised_at = clock.now - COOL_DOWN
    found: list[object] = []
    newcomer = threading.Thread(target=lambda: found.append(signing_keys.find("third-key").key_id))
    newcomer.start()
    assert landed.waiter.wait(10)
    authority.may_answer.set()
    newcomer.join(10)
    assert found == ["third-key"]
    assert authority.published.requests == ONE_FETCH * 2


def test_fetches_that_hang_are_given_up_and_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Hanging(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = held_by(authority.fetch, clock)
    authority.may_answer.clear()
    monkeypatch.setattr(keys, "WAIT", 0.01)
    for number in range(1, MOST_FLIGHTS + 3):
        with pytest.raises(AuthorityUnreachable):
            signing_keys.find("first-key")
        assert len(signing_keys.tries.flights) == min(number, MOST_FLIGHTS)
        clock.now += WAIT + RETRY
    authority.may_answer.set()
    land(signing_keys)
    clock.now += RETRY
    assert signing_keys.find("first-key").key_id == "first-key"


def test_without_a_thread_held_keys_go_on_and_the_next_try_counts(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process at its limit of threads, or at its end, fetches nothing; nobody's good token suffers, then or later."""
    first = signing_keys.find("first-key")
    for _ in range(MOST_FLIGHTS + 1):
        clock.now += RENEWAL
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", cannot_start)
            assert signing_keys.find("first-key") is first
            assert signing_keys.tries.flights == []
    assert published.requests == ONE_FETCH
    clock.now += RETRY
    assert signing_keys.find("first-key") is first
    land(signing_keys)
    assert published.requests == ONE_FETCH * 2


def test_without_a_thread_and_a_key_the_authority_is_unreachable(
    signing_keys: SigningKeys, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", cannot_start)
        with pytest.raises(AuthorityUnreachable) as refusal:
            signing_keys.find("first-key")
    assert refusal.value.reason == "authority_unreachable"
    assert "Signing keys not fetched: can't start new thread" in caplog.text
    clock.now += RETRY
    assert signing_keys.find("first-key").key_id == "first-key"


def cannot_start(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_hundred_rotations_refuse_no_good_token(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    """A new key is published before it signs; the hourly renewal has it in time, whatever strangers ask."""
    signing_keys.find("first-key")
    current = K1
    for number in range(100):
        following = Key(key_id=f"key-{number}", private=K2.private)
        published.keys = [current.jwk(), following.jwk()]
        with pytest.raises(UnknownSigningKey):
            signing_keys.find(f"random-{number}")
        clock.now += RENEWAL
        assert signing_keys.find(current.key_id).key_id == current.key_id
        land(signing_keys)
        fetched = len(published.requests)
        assert signing_keys.find(following.key_id).key_id == following.key_id
        assert len(published.requests) == fetched, "known before it was needed"
        current = following


@pytest.fixture
def fork(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make the process another one, as it is after a fork; ``forking.py`` does it in earnest."""
    return lambda: monkeypatch.setattr(os, "getpid", lambda: -1)


def test_after_a_fork_neither_the_parents_fetch_nor_its_lock_is_waited_for(
    signing_keys: SigningKeys, published: ScriptedAuthority, fork: Callable[[], None]
) -> None:
    parents = signing_keys.tries
    parents.tried_at = signing_keys.clock()
    parents.flights.append(Flight(started_at=signing_keys.clock(), is_for_a_key=True))
    parents.lock.acquire()
    fork()
    assert together(50, lambda: signing_keys.find("first-key").key_id) == ["first-key"] * 50
    assert published.requests == ONE_FETCH
    assert len(parents.flights) == 1


def test_a_forked_process_has_a_cool_down_of_its_own(
    signing_keys: SigningKeys, published: ScriptedAuthority, fork: Callable[[], None]
) -> None:
    """The parent may have been fetching for that very key."""
    first = signing_keys.find("first-key")
    signing_keys.tries.surprised_at = signing_keys.clock()
    published.keys = [K1.jwk(), K3.jwk()]
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("third-key")
    fork()
    assert signing_keys.find("first-key") is first, "what the parent held is held"
    assert published.requests == ONE_FETCH
    assert signing_keys.find("third-key").key_id == "third-key"
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("random")
    assert published.requests == ONE_FETCH * 2


@pytest.mark.parametrize("scene", ["cold", "meeting a new key"])
def test_a_worker_that_is_forked_in_the_middle_of_a_fetch_finds_keys(scene: str) -> None:
    """gunicorn --preload forks while threads of the parent fetch, hold the lock and remember tokens."""
    script = Path(__file__).parents[1] / "forking.py"
    run = subprocess.run([sys.executable, script, scene], timeout=60, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "let in\n"), run.stderr


def test_a_failed_fetch_is_logged_with_its_address_and_fault(
    signing_keys: SigningKeys, published: ScriptedAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    published.down = True
    with pytest.raises(AuthorityUnreachable):
        signing_keys.find("first-key")
    ((logger, level, message),) = caplog.record_tuples
    assert (logger, level) == ("django_entrance", logging.WARNING)
    assert message.startswith(f"Signing keys not fetched from {PUBLIC_HOST + DISCOVERY}: ")
    assert not message.endswith((": ", "None"))


def test_another_issuer_than_before_is_logged_as_an_error(
    signing_keys: SigningKeys, published: ScriptedAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    signing_keys.find("first-key")
    assert caplog.record_tuples == []
    before, after = (f"{PUBLIC_HOST}/{name}/v2.0" for name in (TENANT, "0f0f0f0f-0000-4000-8000-000000000000"))
    assert signing_keys.held is not None
    signing_keys.held = replace(signing_keys.held, issuer=after)
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("never-seen")
    ((logger, level, message),) = caplog.record_tuples
    assert (logger, level) == ("django_entrance", logging.ERROR)
    assert message.startswith(f"Signing keys refused from {PUBLIC_HOST + DISCOVERY}: ")
    assert f"issuer {after}" in message
    assert before in message.replace(DISCOVERY, "")


def test_documents_that_another_process_fetched_are_as_old_as_they_are(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    age = 3600.0
    documents = replace(signing_keys.publisher.download(), fetched_at=time.time() - age)
    signing_keys.adopt(documents, asked_at=clock.now)
    assert signing_keys.held is not None
    assert clock.now - age + RENEWAL * (1 - SPREAD) - 60 < signing_keys.held.renew_at
    assert signing_keys.held.renew_at < clock.now - age + RENEWAL + 60
    assert signing_keys.held.stale_at < clock.now - age + LIFE + 60


def test_the_thread_that_fetches_has_a_name_and_keeps_no_process_alive(
    published: ScriptedAuthority, clock: Clock
) -> None:
    seen: list[tuple[str, bool]] = []

    def fetch(url: str) -> bytes:
        seen.append((threading.current_thread().name, threading.current_thread().daemon))
        return published.fetch(url)

    held_by(fetch, clock).find("first-key")
    assert set(seen) == {("entrance-keys", True)}
