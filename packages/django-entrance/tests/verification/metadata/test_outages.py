"""An authority on loopback that is down, slow, huge or lying, seen from the verifier: who is refused, and who waits."""

import asyncio
import statistics
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AuthorityMismatch, AuthorityUnreachable, Refused
from django_entrance.verification.identify import aidentify, identify
from django_entrance.verification.metadata.connections import Deadline
from django_entrance.verification.metadata.fetch import fetch_document
from django_entrance.verification.metadata.key_set import LIFETIME, RENEWAL
from django_entrance.verification.metadata.signing_keys import COOL_DOWN, MOST_FETCHES, RETRY, WAIT
from faulty import OK, Faulty, bomb, misbehaving
from held_keys import Clock
from scripted import (
    ADA,
    K1,
    PUBLIC_HOST,
    STRANGER,
    TENANT,
    Json,
    Key,
    ScriptedAuthority,
    as_json,
    base64url,
    claims_v2,
    header_of,
    serving,
    token,
    trust,
)

DISCOVERY = f"/{TENANT}/v2.0/.well-known/openid-configuration"
JWKS = f"/{TENANT}/discovery/v2.0/keys"

FAULTS = {
    "nothing": (b"", b""),
    "headers that drip": (OK, b"X"),
    "a body that drips": (OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    "a huge body": (OK + b"Content-Length: 3000000\r\n\r\n" + b" " * 3_000_000, b""),
    "a bomb": (bomb(50_000_000), b""),
    "a page": (OK + b"Content-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", b""),
    "another object": (OK + b"Content-Length: 2\r\n\r\n{}", b""),
    "half a body": (OK + b"Content-Length: 1000\r\n\r\n{", b""),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "another place": (b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n", b""),
    "an error": (b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", b""),
}

NEWCOMER = Key(key_id="newcomer", private=STRANGER.private)
"""A key that nobody has heard of before."""


@dataclass
class Way:
    """The way from us to the authority, real HTTP. While it is broken, documents come from another server."""

    published: ScriptedAuthority
    authority: Authority = field(init=False)
    broken: Faulty | None = None
    part: str = ""

    def fetch(self, url: str) -> bytes:
        if self.broken is not None and self.part in url:
            return fetch_document(url.replace(self.published.host, self.broken.host), deadline=Deadline(0.5))
        return fetch_document(url)

    def ask(self, *, key: Key = K1) -> str | None:
        return ask(self.authority, token(claims_v2(host=self.published.host), key=key))

    def refusal(self, *, key: Key = K1) -> Refused:
        with pytest.raises(Refused) as refusal:
            self.ask(key=key)
        return refusal.value

    def await_fetches(self) -> None:
        """Wait for what is fetched in the background."""
        for fetch in list(self.authority.keys.state.pending):
            assert fetch.done.wait(10)


def ask(authority: Authority, text: str) -> str | None:
    identity = identify(text, [authority], now=claims_v2()["iat"])
    return None if identity is None else identity.object_id


@contextmanager
def healthy(clock: Clock) -> Iterator[Way]:
    with serving(ScriptedAuthority()) as published:
        published.keys = [K1.jwk(host=published.host)]
        way = Way(published)
        way.authority = trust(published, host=published.host, fetch=way.fetch)
        way.authority.keys.clock = clock
        yield way


@pytest.fixture
def way(clock: Clock) -> Iterator[Way]:
    with healthy(clock) as way:
        yield way


@contextmanager
def faulty(way: Way, fault: str, part: str = "") -> Iterator[Faulty]:
    """Break the way for a while: for every document, or for the part of them whose address has ``part``."""
    answer, drip = FAULTS[fault]
    with misbehaving(answer, drip=drip) as server:
        way.broken, way.part = server, part
        yield server
        way.broken = None
        way.await_fetches()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_the_start_is_503_and_passes(way: Way, clock: Clock, fault: str) -> None:
    with faulty(way, fault) as server:
        refusal = way.refusal()
        assert refusal.status == 503
        assert refusal.reason == ("authority_mismatch" if fault == "another object" else "authority_unreachable")
        assert ask(way.authority, token(claims_v2(iss="https://own.example"))) is None, "another login is not harmed"
        assert way.refusal().status == 503
        assert server.requests == 1
    clock.now += 30
    assert way.ask() == ADA
    assert way.published.requests == [way.published.host + DISCOVERY, way.published.host + JWKS]


@pytest.mark.parametrize("part", [".well-known", "keys"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_later_refuses_no_good_token_trusts_no_other_key_and_passes(
    way: Way, clock: Clock, fault: str, part: str
) -> None:
    assert way.ask() == ADA
    with faulty(way, fault, part) as server:
        for _ in range(2):
            clock.now += LIFETIME
            assert way.ask() == ADA
            way.await_fetches()
        assert way.refusal(key=NEWCOMER).reason == "signing_key_unknown"
        assert server.requests == 3
    way.published.keys = [NEWCOMER.jwk(host=way.published.host)]
    clock.now += COOL_DOWN
    assert way.ask(key=NEWCOMER) == ADA
    assert way.refusal().reason == "signing_key_unknown"


def test_as_many_hanging_fetches_as_there_may_be_hinder_no_later_one(way: Way, clock: Clock) -> None:
    """Each is given up by who waited for it; and each ends by itself, whatever the authority goes on to send."""
    way.authority.keys.wait_seconds = 0.01
    with faulty(way, "headers that drip") as server:
        for _ in range(MOST_FETCHES):
            assert way.refusal().reason == "authority_unreachable"
            clock.now += RETRY
        assert server.asked.wait(10)
    way.authority.keys.wait_seconds = WAIT
    clock.now += RETRY
    assert way.ask() == ADA


@contextmanager
def impostor() -> Iterator[ScriptedAuthority]:
    """Somebody else's server, with the same documents, and a key of his own."""
    with serving(ScriptedAuthority()) as evil:
        evil.keys = [NEWCOMER.jwk(host=evil.host)]
        yield evil


def lies(published: ScriptedAuthority, evil: ScriptedAuthority) -> dict[str, tuple[Json, dict[str, str]]]:
    """What the discovery document says instead, and where a request is sent on to."""
    return {
        "another issuer": ({"issuer": f"{evil.host}/{TENANT}/v2.0"}, {}),
        "no issuer": ({"issuer": None}, {}),
        "keys on another host": ({"jwks_uri": evil.host + JWKS}, {}),
        "keys on a host of that name": ({"jwks_uri": published.host.replace("://", "://x@") + JWKS}, {}),
        "a token endpoint on another host": ({"token_endpoint": f"{evil.host}/token"}, {}),
        "the document moved to another host": ({}, {DISCOVERY: evil.host + DISCOVERY}),
        "the document moved on the same host": ({}, {DISCOVERY: f"{published.host}/moved"}),
        "the keys moved to another host": ({}, {JWKS: evil.host + JWKS}),
        "the keys moved on the same host": ({}, {JWKS: f"{published.host}/moved"}),
    }


LIES = list(lies(ScriptedAuthority(), ScriptedAuthority()))


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_later_brings_in_no_key_and_refuses_no_good_token(way: Way, clock: Clock, lie: str) -> None:
    assert way.ask() == ADA
    published = way.published
    with impostor() as evil:
        published.changes, published.redirects = lies(published, evil)[lie]
        published.keys = [NEWCOMER.jwk(host=published.host)]
        clock.now += LIFETIME
        assert way.ask() == ADA
        assert way.refusal(key=NEWCOMER).reason == "signing_key_unknown"
        assert evil.requests == []
    published.changes, published.redirects = {}, {}
    clock.now += COOL_DOWN
    assert way.ask(key=NEWCOMER) == ADA, "the same key, once it is told truly"


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_at_the_start_is_503_and_passes(way: Way, clock: Clock, lie: str) -> None:
    published = way.published
    with impostor() as evil:
        published.changes, published.redirects = lies(published, evil)[lie]
        refusal = way.refusal()
        assert isinstance(refusal, AuthorityMismatch if published.changes else AuthorityUnreachable)
        assert (refusal.status, evil.requests) == (503, [])
        assert len(published.requests) == (0 if DISCOVERY in published.redirects else 1)
    published.changes, published.redirects = {}, {}
    clock.now += 30
    assert way.ask() == ADA


@pytest.fixture
def near(clock: Clock) -> Way:
    """The same without HTTP: for what is done hundreds of times."""
    way = Way(ScriptedAuthority(keys=[K1.jwk()]))
    way.authority = trust(way.published)
    way.authority.keys.clock = clock
    return way


def test_a_day_and_a_week_without_the_authority_refuse_no_good_token(near: Way, clock: Clock) -> None:
    assert near.ask() == ADA
    near.published.down = True
    for _ in range(8 * 24):
        clock.now += 60 * 60
        assert near.ask() == ADA
        near.await_fetches()
    assert len(near.published.requests) == 2 + 8 * 24, "one an hour, because nobody asked more often"
    assert near.refusal(key=NEWCOMER).reason == "signing_key_unknown"


def test_a_rotation_in_the_middle_of_an_outage_is_found_after_it(way: Way, clock: Clock) -> None:
    assert way.ask() == ADA
    way.published.down = True
    assert way.refusal(key=NEWCOMER).reason == "signing_key_unknown"
    way.published.down, way.published.keys = False, [NEWCOMER.jwk(host=way.published.host)]
    clock.now += COOL_DOWN
    assert way.ask(key=NEWCOMER) == ADA


def test_a_hundred_rotations_refuse_no_good_token_and_fetch_once_each(near: Way, clock: Clock) -> None:
    """A key is published before it signs, and the one before it stays for a while."""
    published, current = near.published, K1
    assert near.ask() == ADA
    for number in range(100):
        following = Key(key_id=f"key-{number}", private=NEWCOMER.private)
        published.keys = [current.jwk(), following.jwk()]
        published.requests.clear()
        clock.now += RENEWAL
        assert near.ask(key=current) == ADA
        near.await_fetches()
        assert near.ask(key=following) == ADA
        assert near.ask(key=current) == ADA
        assert published.requests == [PUBLIC_HOST + DISCOVERY, PUBLIC_HOST + JWKS]
        current = following


def test_a_hundred_sudden_rotations_refuse_no_good_token_and_fetch_once_each(near: Way, clock: Clock) -> None:
    """A key signs as soon as it is published, and the one before it is gone. The cool-down has passed."""
    published, retired = near.published, K1
    assert near.ask() == ADA
    for number in range(100):
        key = Key(key_id=f"key-{number}", private=NEWCOMER.private)
        published.keys = [key.jwk()]
        published.requests.clear()
        clock.now += COOL_DOWN
        assert near.ask(key=key) == ADA
        near.await_fetches()
        assert published.requests == [PUBLIC_HOST + DISCOVERY, PUBLIC_HOST + JWKS]
        assert near.refusal(key=retired).reason == "signing_key_unknown"
        retired = key


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """Do some work again and again in another thread."""
    began, may_end = threading.Event(), threading.Event()

    def run() -> None:
        while not may_end.is_set():
            work()
            began.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert began.wait(10)
    try:
        yield
    finally:
        may_end.set()
        thread.join(30)


def steps_of_good_ones(authority: Authority, good: str) -> float:
    """How many functions, Python's and C's, this thread calls for one token: the median, as some meet the collector.

    Time would tell less: of two threads that compute, each makes the other slower, and so do the machine's other users.
    """
    steps: list[int] = []

    def note(_: object, event: str, __: object) -> None:
        steps[-1] += event in {"call", "c_call"}

    for _ in range(100):
        steps.append(0)
        sys.setprofile(note)
        identity = ask(authority, good)
        sys.setprofile(None)
        assert identity == ADA
    return statistics.median(steps)


def test_good_tokens_do_not_feel_a_storm_of_unknown_keys(way: Way) -> None:
    """They cost what they cost without it; ``test_keys`` shows that they wait for nothing either."""
    good = token(claims_v2(host=way.published.host))
    rest, numbers, reasons = good.partition(".")[2], count(), Counter[str]()

    def storm() -> None:
        header = base64url(as_json(header_of(K1, kid=f"made-up-{next(numbers)}")))
        try:
            ask(way.authority, f"{header}.{rest}")
        except Refused as refusal:
            reasons[refusal.reason] += 1

    assert way.ask() == ADA
    calm = steps_of_good_ones(way.authority, good)
    with beside(storm):
        stormy = steps_of_good_ones(way.authority, good)
    while reasons.total() < 10_000:
        storm()
    assert set(reasons) == {"signing_key_unknown"}
    assert next(numbers) == reasons.total(), "each of them"
    assert len(way.published.requests) == 4, "one fetch at the start, one in the cool-down"
    assert stormy == calm > 50


async def test_the_event_loop_goes_on_while_keys_are_fetched(clock: Clock) -> None:
    published, asked, may_answer = ScriptedAuthority(keys=[K1.jwk()]), threading.Event(), threading.Event()

    def fetch(url: str) -> bytes:
        asked.set()
        assert may_answer.wait(10)
        return published.fetch(url)

    cold, warm = trust(published, fetch=fetch), trust(published)
    warm.keys.find("first-key")
    now = claims_v2()["iat"]
    asking = asyncio.ensure_future(aidentify(token(), [cold], now=now))
    assert await asyncio.to_thread(asked.wait, 10)
    others = await asyncio.gather(*(aidentify(token(), [warm], now=now) for _ in range(20)))
    assert {other and other.object_id for other in others} == {ADA}
    assert not asking.done()
    may_answer.set()
    identity = await asking
    assert identity is not None
    assert identity.object_id == ADA
