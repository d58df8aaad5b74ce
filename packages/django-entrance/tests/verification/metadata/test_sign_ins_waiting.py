"""A sign-in cannot be sent again: all who come back at once wait for the keys, and most requests with tokens do not."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django_entrance.verification.errors import AuthorityUnreachable, Refused
from django_entrance.verification.identify import identify, identify_id_token
from django_entrance.verification.metadata.key_set import LIFETIME
from django_entrance.verification.metadata.signing_keys import COOL_DOWN, WAIT, SigningKeys
from django_entrance.verification.metadata.waiting import (
    BRIEF,
    MOST_BRIEF,
    MOST_WAITING,
    brief_slots,
    process_slots,
    waiting_place,
)
from held_keys import (
    DISCOVERY,
    K3,
    ONE_FETCH,
    Clock,
    HangingAuthority,
    NoticedEvent,
    await_fetches,
    call_in_threads,
    observe_fetches,
    refuse_to_start,
    signing_keys_from,
)
from id_tokens import NONCE, id_claims
from scripted import ADA, K1, NOW, TENANT, ScriptedAuthority, as_json, token, trust

ALL = MOST_WAITING + MOST_BRIEF


class Counted(threading.Event):
    """Tells how long each thread waits for it, and when so many do."""

    def __init__(self, most: int, all_wait: threading.Event) -> None:
        super().__init__()
        self.most, self.all_wait = most, all_wait
        self.seconds: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout)
        if len(self.seconds) == self.most:
            self.all_wait.set()
        return super().wait(20)


@pytest.fixture
def hanging(published: ScriptedAuthority) -> Iterator[HangingAuthority]:
    hanging = HangingAuthority(published)
    hanging.may_answer.clear()
    yield hanging
    hanging.may_answer.set()


def waits_of(keys: SigningKeys, hanging: HangingAuthority, count: int, ask: Callable[[], object]) -> list[float]:
    """Let so many ask while the authority hangs, and answer when all wait; return how long they would have waited."""
    all_wait = threading.Event()
    endings: list[Counted] = []
    observe_fetches(keys, lambda: Counted(count, all_wait), endings.append)
    asking = threading.Thread(target=lambda: found.extend(call_in_threads(count, ask)))
    found: list[object] = []
    asking.start()
    assert all_wait.wait(20)
    hanging.may_answer.set()
    asking.join(20)
    assert found == [ADA] * count
    return sorted(each or 0 for each in endings[0].seconds)


def test_fifty_who_come_back_to_a_cold_process_wait(hanging: HangingAuthority, published: ScriptedAuthority) -> None:
    authority = trust(published, fetch=hanging.fetch)
    text = token(id_claims())

    def come_back() -> object:
        return identify_id_token(text, authority, nonce=NONCE, now=NOW).object_id

    seconds = waits_of(authority.keys, hanging, ALL, come_back)
    assert seconds[:MOST_BRIEF] == [BRIEF] * MOST_BRIEF
    assert min(seconds[MOST_BRIEF:]) > WAIT - 1 > BRIEF
    assert published.requests == ONE_FETCH
    assert (process_slots().taken, brief_slots().taken) == (0, 0)


def test_fifty_tokens_at_a_cold_process_do_not(published: ScriptedAuthority, hanging: HangingAuthority) -> None:
    """The twin: anyone can forge them, and their senders can come again."""
    authority = trust(published, fetch=hanging.fetch)
    told: list[object] = []
    few = threading.Event()

    def come_in() -> None:
        try:
            told.append(identify(token(), [authority], now=NOW))
        except AuthorityUnreachable as refusal:
            told.append(refusal)
            if len(told) == ALL - MOST_WAITING:
                few.set()

    asking = threading.Thread(target=call_in_threads, args=[ALL, come_in])
    asking.start()
    assert few.wait(20)
    assert {(type(each), getattr(each, "is_outage", None)) for each in told} == {(AuthorityUnreachable, False)}
    hanging.may_answer.set()
    asking.join(20)
    assert len(told) == ALL


@pytest.mark.parametrize("tenant", [TENANT, "contoso.com"])
def test_those_of_a_new_key_and_of_a_domain_wait_too(
    hanging: HangingAuthority, published: ScriptedAuthority, tenant: str
) -> None:
    authority = trust(published, fetch=hanging.fetch, tenant=tenant)
    text = token(id_claims(), key=K3)
    hanging.may_answer.set()
    if tenant == TENANT:
        authority.keys.find("first-key")
    published.bodies[f"/{tenant}/v2.0/.well-known/openid-configuration"] = as_json(published.document(DISCOVERY))
    hanging.may_answer.clear()
    published.keys = [K1.jwk(), K3.jwk()]
    seconds = waits_of(
        authority.keys,
        hanging,
        10,
        lambda: identify_id_token(text, authority, nonce=NONCE, now=NOW).object_id,
    )
    assert seconds[: 10 - MOST_WAITING] == [BRIEF] * (10 - MOST_WAITING)


def test_a_sign_in_waits_no_longer_than_it_may(hanging: HangingAuthority, clock: Clock) -> None:
    keys = signing_keys_from(hanging.fetch, clock)
    endings: list[NoticedEvent] = []
    observe_fetches(keys, NoticedEvent, endings.append)
    for until, longest in ((clock.now - 1, 0.0), (clock.now + 0.01, pytest.approx(0.01))):
        with pytest.raises(AuthorityUnreachable) as refusal:
            keys.find("first-key", until=until)
        assert (endings[-1].longest_wait, refusal.value.is_outage) == (longest, True)
    hanging.may_answer.set()
    await_fetches(keys)
    assert keys.find("first-key", until=clock.now).key_id == "first-key"


def test_a_sign_in_that_meets_stale_keys_waits_no_longer_than_it_may(hanging: HangingAuthority, clock: Clock) -> None:
    keys = signing_keys_from(hanging.fetch, clock)
    hanging.may_answer.set()
    first = keys.find("first-key")
    endings: list[NoticedEvent] = []
    observe_fetches(keys, NoticedEvent, endings.append)
    hanging.may_answer.clear()
    clock.now += LIFETIME
    assert keys.find("first-key", until=clock.now) is first
    assert endings[0].longest_wait == 0


def test_a_place_is_long_then_brief_then_none() -> None:
    long = [waiting_place(10, most=2, may_be_brief=True) for _ in range(2)]
    brief = [waiting_place(10, most=2, may_be_brief=True) for _ in range(MOST_BRIEF)]
    assert [place.__enter__() for place in long] == [10, 10]
    with waiting_place(10, most=2) as seconds:
        assert seconds is None
    with waiting_place(1, most=2, may_be_brief=True) as seconds:
        assert seconds == 1
    assert {place.__enter__() for place in brief} == {BRIEF}
    with waiting_place(10, most=2, may_be_brief=True) as seconds:
        assert seconds is None
    for place in [*long, *brief]:
        place.__exit__(None, None, None)
    assert (process_slots().taken, brief_slots().taken) == (0, 0)


# before anyone waits


def test_keys_are_prepared_without_waiting(hanging: HangingAuthority, clock: Clock) -> None:
    keys = signing_keys_from(hanging.fetch, clock)
    for _ in range(3):
        keys.prepare()
    assert keys.held is None
    hanging.may_answer.set()
    await_fetches(keys)
    keys.prepare()
    assert hanging.published.requests == ONE_FETCH
    assert keys.find("first-key").key_id == "first-key"


# what an outage is


@pytest.mark.parametrize(("down", "is_outage"), [(True, True), (False, False)])
def test_an_authority_that_does_not_answer_is_one_and_a_process_without_threads_is_not(
    published: ScriptedAuthority, clock: Clock, down: bool, is_outage: bool
) -> None:
    keys = signing_keys_from(published.fetch, clock)
    published.down = down
    if not down:
        keys.start = refuse_to_start
    for _ in range(2):
        with pytest.raises(AuthorityUnreachable) as refusal:
            keys.find("first-key")
        assert refusal.value.is_outage == is_outage


def test_documents_that_cannot_be_read_are_one(published: ScriptedAuthority, clock: Clock) -> None:
    keys = signing_keys_from(lambda url: b"<html>", clock)
    with pytest.raises(Refused) as refusal:
        keys.find("first-key")
    assert isinstance(refusal.value, AuthorityUnreachable)
    assert refusal.value.is_outage


def test_the_cool_down_is_that_of_tokens(signing_keys: SigningKeys, clock: Clock) -> None:
    """A made-up key id causes no second fetch within it, and no sign-in waits."""
    signing_keys.find("first-key")
    clock.now += COOL_DOWN
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            signing_keys.find("unknown", until=clock.now + WAIT)
        assert refusal.value.reason == "signing_key_unknown"
    assert signing_keys.state.last_began_at == clock.now
