"""Signing keys: who waits for a fetch, and who does not."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from queue import SimpleQueue

import pytest
from django_entrance.verification.errors import AuthorityUnreachable, UnknownSigningKey
from django_entrance.verification.metadata.jwks import SigningKey
from django_entrance.verification.metadata.key_set import LIFETIME, RENEWAL
from django_entrance.verification.metadata.signing_keys import COOL_DOWN, MOST_FETCHES, RETRY, WAIT, SigningKeys
from held_keys import (
    K3,
    ONE_FETCH,
    Clock,
    HangingAuthority,
    NoticedEvent,
    await_fetches,
    call_in_threads,
    observe_fetches,
    signing_keys_from,
)
from scripted import K1, K2, ScriptedAuthority


def answers_of(found: list[object]) -> set[object]:
    """What fifty that come at once are told: the key, or to come back."""
    return {type(each) if isinstance(each, Exception) else each for each in found}


def test_of_fifty_threads_one_fetches(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    found = call_in_threads(50, lambda: signing_keys.find("first-key").key_id)
    assert "first-key" in answers_of(found) <= {"first-key", AuthorityUnreachable}
    assert published.requests == ONE_FETCH
    assert call_in_threads(50, lambda: signing_keys.find("first-key").key_id) == ["first-key"] * 50


def test_of_fifty_threads_that_meet_a_new_key_one_fetches(
    signing_keys: SigningKeys, published: ScriptedAuthority
) -> None:
    signing_keys.find("first-key")
    published.keys = [K1.jwk(), K3.jwk()]
    found = call_in_threads(50, lambda: signing_keys.find("third-key").key_id)
    assert "third-key" in answers_of(found) <= {"third-key", AuthorityUnreachable}
    assert published.requests == ONE_FETCH * 2


def test_who_holds_a_good_key_does_not_wait_for_a_strangers(clock: Clock) -> None:
    authority = HangingAuthority(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = signing_keys_from(authority.fetch, clock)
    first = signing_keys.find("first-key")
    authority.may_answer.clear()
    authority.asked.clear()
    stranger = threading.Thread(target=call_in_threads, args=[1, lambda: signing_keys.find("random")])
    stranger.start()
    assert authority.asked.wait(10)
    assert call_in_threads(20, lambda: signing_keys.find("first-key")) == [first] * 20
    assert stranger.is_alive()
    authority.may_answer.set()
    stranger.join(10)


@pytest.fixture
def exact(clock: Clock) -> tuple[SigningKeys, HangingAuthority]:
    """Keys that were fetched just now, by a clock that was a little ahead, and are due without jitter."""
    authority = HangingAuthority(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = signing_keys_from(authority.fetch, clock, jitter=lambda: 0.0)
    documents = replace(signing_keys.source.download(), fetched_at=time.time() + 60)
    signing_keys.accept(documents, asked_at=clock.now)
    authority.published.requests.clear()
    return signing_keys, authority


def test_what_a_clock_ahead_has_fetched_is_fetched_now(
    exact: tuple[SigningKeys, HangingAuthority], clock: Clock
) -> None:
    held = exact[0].held
    assert held is not None
    assert (held.renew_at, held.stale_at) == (clock.now + RENEWAL, clock.now + LIFETIME)


@pytest.fixture
def endings(exact: tuple[SigningKeys, HangingAuthority]) -> SimpleQueue[NoticedEvent]:
    """The events for which requests may wait, one for each fetch."""
    events: SimpleQueue[NoticedEvent] = SimpleQueue()
    observe_fetches(exact[0], NoticedEvent, events.put)
    return events


def test_keys_are_renewed_when_their_time_has_come(
    exact: tuple[SigningKeys, HangingAuthority], clock: Clock, endings: SimpleQueue[NoticedEvent]
) -> None:
    signing_keys, authority = exact
    clock.now += RENEWAL - 1
    signing_keys.find("first-key")
    assert (endings.empty(), authority.published.requests) == (True, [])
    clock.now += 1
    signing_keys.find("first-key")
    await_fetches(signing_keys)
    assert authority.published.requests == ONE_FETCH


def test_who_meets_the_same_new_key_waits_for_the_fetch_that_it_caused(
    exact: tuple[SigningKeys, HangingAuthority], endings: SimpleQueue[NoticedEvent]
) -> None:
    """The second comes within the cool-down, and is not refused: the key may be there in a moment."""
    signing_keys, authority = exact
    authority.may_answer.clear()
    authority.published.keys = [K1.jwk(), K3.jwk()]
    answers: list[object] = []

    def find() -> None:
        answers.extend(call_in_threads(1, lambda: signing_keys.find("third-key").key_id))

    first, second = threading.Thread(target=find), threading.Thread(target=find)
    first.start()
    done = endings.get(timeout=10)
    assert done.waiter.wait(10)
    done.waiter.clear()
    second.start()
    assert done.waiter.wait(10)
    authority.may_answer.set()
    first.join(10)
    second.join(10)
    assert (answers, authority.published.requests) == (["third-key"] * 2, ONE_FETCH)


@pytest.mark.parametrize(
    ("age", "tried"),
    [(RENEWAL, float("-inf")), (LIFETIME - 1, float("-inf")), (LIFETIME + RETRY, LIFETIME)],
    ids=["renewal", "nearly stale", "tried when they became stale"],
)
def test_nobody_else_waits_for_a_renewal(
    exact: tuple[SigningKeys, HangingAuthority],
    clock: Clock,
    endings: SimpleQueue[NoticedEvent],
    age: float,
    tried: float,
) -> None:
    signing_keys, authority = exact
    authority.may_answer.clear()
    signing_keys.state.last_began_at = clock.now + tried
    clock.now += age
    assert signing_keys.find("first-key").key_id == "first-key"
    assert not endings.get_nowait().waiter.is_set()
    authority.may_answer.set()
    await_fetches(signing_keys)
    assert authority.published.requests == ONE_FETCH


def test_who_first_meets_stale_keys_waits_for_new_ones(
    exact: tuple[SigningKeys, HangingAuthority], clock: Clock, endings: SimpleQueue[NoticedEvent]
) -> None:
    """After a day without a request, a key that was retired meanwhile does not let anybody in."""
    signing_keys, authority = exact
    authority.may_answer.clear()
    authority.published.keys = [K2.jwk()]
    clock.now += LIFETIME
    answers: list[object] = []

    def find() -> None:
        answers.extend(call_in_threads(1, lambda: signing_keys.find("first-key")))

    first = threading.Thread(target=find)
    first.start()
    done = endings.get(timeout=10)
    assert done.waiter.wait(10)
    assert done.longest_wait == WAIT
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
    with signing_keys.state.lock:
        (answer,) = call_in_threads(1, lambda: signing_keys.find(asked))
    assert isinstance(answer, SigningKey if asked == "first-key" else UnknownSigningKey)
    assert published.requests == ONE_FETCH * 2


@pytest.fixture
def renewing(clock: Clock) -> Iterator[tuple[SigningKeys, HangingAuthority, NoticedEvent]]:
    """A renewal hangs, and a stranger has just caused his fetch."""
    authority = HangingAuthority(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = signing_keys_from(authority.fetch, clock)
    signing_keys.find("first-key")
    clock.now += RENEWAL
    signing_keys.state.unknown_key_at = clock.now
    authority.published.keys = [K1.jwk(), K3.jwk()]
    authority.may_answer.clear()
    signing_keys.find("first-key")
    (fetch,) = signing_keys.state.pending
    fetch.done = done = NoticedEvent()
    yield signing_keys, authority, done
    authority.may_answer.set()
    await_fetches(signing_keys)


def test_in_the_cool_down_strangers_do_not_wait_for_a_renewal(
    renewing: tuple[SigningKeys, HangingAuthority, NoticedEvent],
) -> None:
    signing_keys, authority, done = renewing
    strangers = call_in_threads(20, lambda: signing_keys.find("random"))
    assert {type(answer) for answer in strangers} == {UnknownSigningKey}
    assert not done.waiter.is_set()
    assert authority.published.requests == ONE_FETCH


def test_after_the_cool_down_a_new_key_waits_for_the_renewal(
    renewing: tuple[SigningKeys, HangingAuthority, NoticedEvent], clock: Clock
) -> None:
    signing_keys, authority, done = renewing
    signing_keys.state.unknown_key_at = clock.now - COOL_DOWN
    found: list[object] = []
    newcomer = threading.Thread(target=lambda: found.append(signing_keys.find("third-key").key_id))
    newcomer.start()
    assert done.waiter.wait(10)
    authority.may_answer.set()
    newcomer.join(10)
    assert found == ["third-key"]
    assert authority.published.requests == ONE_FETCH * 2


def test_fetches_that_hang_are_given_up_and_bounded(clock: Clock) -> None:
    authority = HangingAuthority(ScriptedAuthority(keys=[K1.jwk()]))
    signing_keys = signing_keys_from(authority.fetch, clock, wait_seconds=0.01)
    authority.may_answer.clear()
    for number in range(1, MOST_FETCHES + 3):
        with pytest.raises(AuthorityUnreachable):
            signing_keys.find("first-key")
        assert len(signing_keys.state.pending) == min(number, MOST_FETCHES)
        clock.now += WAIT + RETRY
    authority.may_answer.set()
    await_fetches(signing_keys)
    clock.now += RETRY
    signing_keys.wait_seconds = WAIT
    assert signing_keys.find("first-key").key_id == "first-key"
