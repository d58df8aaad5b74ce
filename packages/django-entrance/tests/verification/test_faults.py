"""An authority on loopback that is down, slow, huge or lying, seen from the verifier: who is refused, and who waits."""

import asyncio
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django_entrance.verification import keys
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AuthorityUnreachable, Refused
from django_entrance.verification.fetch import fetch_document
from django_entrance.verification.identify import aidentify, identify
from django_entrance.verification.keys import LIFE, RETRY
from faulty import OK, bomb, misbehaving
from scripted import ADA, K1, STRANGER, Key, ScriptedAuthority, claims_v2, header_of, serving, token, trust

FAULTS = {
    "nothing": (b"", b""),
    "headers that drip": (OK, b"X"),
    "a body that drips": (OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    "a huge body": (OK + b"Content-Length: 3000000\r\n\r\n" + b" " * 3_000_000, b""),
    "a bomb": (bomb(50_000_000), b""),
    "a page": (OK + b"Content-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", b""),
    "half a body": (OK + b"Content-Length: 1000\r\n\r\n{", b""),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "another place": (b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n", b""),
    "an error": (b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", b""),
}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def healthy(clock: Clock) -> Iterator[tuple[ScriptedAuthority, Authority, str]]:
    """An authority over real HTTP, ourselves, and a good token."""
    with serving(ScriptedAuthority()) as published:
        published.keys = [K1.jwk(host=published.host)]
        authority = trust(published, host=published.host, fetch=fetch_document)
        authority.keys.clock = clock
        yield published, authority, token(claims_v2(host=published.host))


def ask(authority: Authority, text: str) -> str | None:
    identity = identify(text, [authority], now=claims_v2()["iat"])
    return None if identity is None else identity.object_id


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_the_start_is_503_and_passes(fault: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_entrance.verification.fetch.PATIENCE", 0.2)
    monkeypatch.setattr(keys, "WAIT", 0.4)
    answer, drip = FAULTS[fault]
    with misbehaving(answer, drip=drip) as faulty, healthy(clock) as (published, _, _):
        authority = trust(published, host=faulty.host, fetch=fetch_document)
        authority.keys.clock = clock
        text = token(claims_v2(host=faulty.host))
        started = time.monotonic()
        with pytest.raises(AuthorityUnreachable) as refusal:
            ask(authority, text)
        assert (refusal.value.status, refusal.value.reason) == (503, "authority_unreachable")
        assert time.monotonic() - started < 5
        assert ask(authority, token(claims_v2(iss="https://own.example"))) is None, "another login is not harmed"
        assert faulty.requests == 1
        faulty.ending.set()
        clock.now += RETRY + keys.WAIT
        object.__setattr__(authority.keys.publisher, "fetch", lambda url: served(published, faulty.host, url))
        assert ask(authority, text) == ADA, "back within thirty seconds"


def served(published: ScriptedAuthority, host: str, url: str) -> bytes:
    """What the authority says once it is well again, under the address at which it is known."""
    body = fetch_document(url.replace(host, published.host))
    return body.replace(published.host.encode(), host.encode())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_later_refuses_no_good_token_and_trusts_no_other_key(
    fault: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django_entrance.verification.fetch.PATIENCE", 0.2)
    monkeypatch.setattr(keys, "WAIT", 0.4)
    answer, drip = FAULTS[fault]
    with misbehaving(answer, drip=drip) as faulty, healthy(clock) as (published, authority, text):
        assert ask(authority, text) == ADA
        object.__setattr__(
            authority.keys.publisher, "fetch", lambda url: fetch_document(url.replace(published.host, faulty.host))
        )
        for _ in range(3):
            clock.now += LIFE
            assert ask(authority, text) == ADA
        assert faulty.requests >= 1
        stranger = token(claims_v2(host=published.host), key=STRANGER, header=header_of(K1, kid="of-a-stranger"))
        with pytest.raises(Refused) as refusal:
            ask(authority, stranger)
        assert refusal.value.reason == "signing_key_unknown"


def test_good_tokens_do_not_feel_a_storm_of_unknown_keys(clock: Clock) -> None:
    with healthy(clock) as (published, authority, text):
        assert ask(authority, text) == ADA
        strangers = [
            token(claims_v2(host=published.host), header=header_of(K1, kid=f"random-{number}")) for number in range(500)
        ]
        storm_is_over = threading.Event()

        def storm() -> None:
            for number in range(10_000):
                with pytest.raises(Refused):
                    ask(authority, strangers[number % 500])
            storm_is_over.set()

        def median_of_good_ones() -> float:
            times = []
            for _ in range(300):
                started = time.thread_time()
                assert ask(authority, text) == ADA
                times.append(time.thread_time() - started)
            return statistics.median(times)

        quiet = median_of_good_ones()
        stranger = threading.Thread(target=storm)
        stranger.start()
        during = median_of_good_ones()
        stranger.join(60)
        assert storm_is_over.is_set()
        assert during < 3 * quiet, "a generous bound on CPU time: the storm adds no waiting and no work"
        assert len(published.requests) == 4, "one fetch at the start, one in the cool-down"


async def test_the_event_loop_goes_on_while_keys_are_fetched() -> None:
    published, may_answer = ScriptedAuthority(keys=[K1.jwk()]), threading.Event()

    def fetch(url: str) -> bytes:
        assert may_answer.wait(10)
        return published.fetch(url)

    authority = trust(published, fetch=fetch)
    asking = asyncio.ensure_future(aidentify(token(), [authority], now=claims_v2()["iat"]))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not asking.done()
    may_answer.set()
    identity = await asking
    assert identity is not None
    assert identity.object_id == ADA


def test_a_rotation_in_the_middle_of_an_outage_is_found_after_it(clock: Clock) -> None:
    with healthy(clock) as (published, authority, text):
        assert ask(authority, text) == ADA
        published.down = True
        following = Key.make("following")
        later = token(claims_v2(host=published.host), key=following)
        with pytest.raises(Refused) as refusal:
            ask(authority, later)
        assert refusal.value.reason == "signing_key_unknown"
        published.down, published.keys = False, [following.jwk(host=published.host)]
        clock.now += keys.COOL_DOWN
        assert ask(authority, later) == ADA
