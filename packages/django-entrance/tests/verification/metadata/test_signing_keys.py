"""The signing keys of one authority, with a clock and documents of the tests' own."""

import logging
import threading
import time
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django_entrance.metrics import KEY_FETCHES, OUTAGE_USES
from django_entrance.verification.errors import (
    AuthorityMismatch,
    AuthorityUnreachable,
    UnknownSigningKey,
)
from django_entrance.verification.metadata.key_set import JITTER, LIFETIME, RENEWAL, KeySet
from django_entrance.verification.metadata.signing_keys import COOL_DOWN, RETRY, WAIT, SigningKeys
from django_entrance.verification.token_prefixes import entra_headers
from held_keys import (
    DISCOVERY,
    JWKS,
    K3,
    ONE_FETCH,
    Clock,
    await_fetches,
    held_key_ids,
    metadata_source,
    signing_keys_from,
    signing_keys_of_domain,
)
from measured import Measurements
from scripted import K1, K2, PUBLIC_HOST, TENANT, Key, ScriptedAuthority


def test_nothing_is_fetched_before_the_first_token(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    assert published.requests == []
    assert signing_keys.find("first-key").key_id == "first-key"
    assert published.requests == ONE_FETCH


def test_a_known_key_costs_no_further_fetch(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    clock.now += RENEWAL * (1 - JITTER) - 1
    signing_keys.find("second-key")
    assert (published.requests, signing_keys.state.pending) == (ONE_FETCH, [])


def test_a_held_key_is_known_by_the_headers_that_entra_writes(signing_keys: SigningKeys) -> None:
    headers = entra_headers(K1.key_id)
    assert [signing_keys.known_key_id(header) for header in headers] == [None] * 2, "nothing is held yet"
    signing_keys.find(K1.key_id)
    assert signing_keys.held is not None
    assert signing_keys.held.headers == {header: key.key_id for key in (K1, K2) for header in entra_headers(key.key_id)}
    assert [signing_keys.known_key_id(header) for header in headers] == [K1.key_id] * 2
    assert signing_keys.known_key_id(entra_headers("another")[0]) is None


def test_keys_are_renewed_in_the_background_of_a_request(clock: Clock) -> None:
    published, may_answer = ScriptedAuthority(keys=[K1.jwk()]), threading.Event()
    may_answer.set()

    def fetch(url: str) -> bytes:
        assert may_answer.wait(10)
        return published.fetch(url)

    signing_keys = signing_keys_from(fetch, clock)
    first = signing_keys.find("first-key")
    clock.now += RENEWAL
    may_answer.clear()
    published.keys = [K1.jwk(), K3.jwk()]
    assert signing_keys.find("first-key") is first, "nobody waits"
    assert len(signing_keys.state.pending) == 1
    may_answer.set()
    await_fetches(signing_keys)
    assert signing_keys.find("third-key").key_id == "third-key"
    assert signing_keys.find("first-key") is first, "an unchanged key stays the same object"
    assert published.requests == ONE_FETCH * 2


def test_processes_do_not_renew_at_the_same_moment(published: ScriptedAuthority, clock: Clock) -> None:
    moments = set()
    for _ in range(20):
        signing_keys = signing_keys_from(published.fetch, clock)
        signing_keys.find("first-key")
        assert signing_keys.held is not None
        moments.add(signing_keys.held.renew_at)
        assert RENEWAL * (1 - JITTER) - 1 <= signing_keys.held.renew_at - clock.now <= RENEWAL
        assert LIFETIME * (1 - JITTER) - 1 <= signing_keys.held.stale_at - clock.now <= LIFETIME
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
        clock.now += LIFETIME
        assert signing_keys.find("first-key") is first
        await_fetches(signing_keys)
    tries = len(published.requests)
    assert signing_keys.find("first-key") is first
    assert (len(published.requests), signing_keys.state.pending) == (tries, []), "no second try within the retry time"
    clock.now += RETRY
    published.down = False
    signing_keys.find("first-key")
    await_fetches(signing_keys)
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
    clock.now += LIFETIME
    assert signing_keys.find("first-key") is first
    assert len(published.requests) > 2
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("third-key")


def test_a_domains_tenant_is_what_it_was_first(published: ScriptedAuthority, clock: Clock) -> None:
    signing_keys = signing_keys_of_domain(published, clock)
    assert signing_keys.issuer() == f"{PUBLIC_HOST}/{TENANT}/v2.0"
    published.changes = {"issuer": f"{PUBLIC_HOST}/07e40000-0000-4000-8000-00000000000f/v2.0"}
    clock.now += LIFETIME
    assert signing_keys.find("first-key").key_id == "first-key"
    assert signing_keys.issuer() == f"{PUBLIC_HOST}/{TENANT}/v2.0"
    assert isinstance(signing_keys.mismatch, AuthorityMismatch)


class Overtaken(SigningKeys):
    """Keys for which another thread's fetch ends between the look at what is held and the decision to fetch."""

    def fetch_missing(self, key_id: str | None, until: float | None = None) -> KeySet:
        self.accept(self.source.download(), asked_at=self.clock())
        return super().fetch_missing(key_id, until)


def test_who_asks_for_the_issuer_a_moment_too_late_fetches_nothing(published: ScriptedAuthority, clock: Clock) -> None:
    signing_keys = Overtaken(metadata_source(published.fetch, "contoso.com"), clock=clock)
    assert signing_keys.issuer() == f"{PUBLIC_HOST}/{TENANT}/v2.0"
    assert published.requests == ONE_FETCH, "the other thread's"


@pytest.mark.parametrize(("asked_at", "held"), [(9.9, "third-key"), (10.0, "first-key"), (10.1, "first-key")])
def test_a_late_answer_does_not_replace_a_newer_one(
    signing_keys: SigningKeys, published: ScriptedAuthority, asked_at: float, held: str
) -> None:
    other = signing_keys.source.download()
    published.keys = [K3.jwk()]
    signing_keys.accept(signing_keys.source.download(), asked_at=10.0)
    signing_keys.accept(other, asked_at=asked_at)
    assert held in held_key_ids(signing_keys)


def test_two_answers_at_once_end_with_the_newer_one(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    """The newer one comes in the middle of the older one's acceptance."""
    old = signing_keys.source.download()
    published.keys = [K3.jwk()]
    new = signing_keys.source.download()
    newer = threading.Thread(target=lambda: signing_keys.accept(new, asked_at=2.0))

    def overtaken() -> float:
        signing_keys.jitter = lambda: 0.0
        newer.start()
        newer.join(0.1)
        return 0.0

    signing_keys.jitter = overtaken
    signing_keys.accept(old, asked_at=1.0)
    newer.join(10)
    assert held_key_ids(signing_keys) == {"third-key"}


def test_an_abandoned_fetch_that_ends_last_changes_nothing(clock: Clock) -> None:
    """Its answer was made before the other one, and took longer."""
    old, new = ScriptedAuthority(keys=[K1.jwk()]), ScriptedAuthority(keys=[K3.jwk()])
    may_end, numbers = threading.Event(), count(1)

    def fetch(url: str) -> bytes:
        number = next(numbers)
        body = (old if number <= 2 else new).fetch(url)
        assert number != 2 or may_end.wait(10)
        return body

    signing_keys = signing_keys_from(fetch, clock, wait_seconds=0.01)
    with pytest.raises(AuthorityUnreachable):
        signing_keys.find("third-key")
    abandoned = signing_keys.state.pending[0]
    clock.now += RETRY
    signing_keys.wait_seconds = WAIT
    assert signing_keys.find("third-key").key_id == "third-key"
    may_end.set()
    assert abandoned.done.wait(10)
    assert held_key_ids(signing_keys) == {"third-key"}


def test_a_clock_that_is_set_back_keeps_no_new_key_out(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    """A machine that starts with a wrong time fetches keys before NTP has mended it."""
    right = signing_keys.source
    signing_keys.source = replace(right, clock=lambda: time.time() + LIFETIME)
    signing_keys.find("first-key")
    signing_keys.source = right
    published.keys = [K3.jwk()]
    assert signing_keys.find("third-key").key_id == "third-key"
    assert published.requests == ONE_FETCH * 2


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
        await_fetches(signing_keys)
        fetched = len(published.requests)
        assert signing_keys.find(following.key_id).key_id == following.key_id
        assert len(published.requests) == fetched, "known before it was needed"
        current = following


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


def test_fetches_of_keys_and_their_use_in_an_outage(measurements: Measurements) -> None:
    clock, published = Clock(), ScriptedAuthority(keys=[K1.jwk()])
    signing_keys = signing_keys_from(published.fetch, clock)
    signing_keys.find(K1.key_id)
    host = signing_keys.host
    assert measurements.of(KEY_FETCHES) == [(host, "authority", None)]
    clock.now += RENEWAL
    published.down = True
    for _ in range(2):  # the first begins a renewal, the second meets its end
        signing_keys.find(K1.key_id)
        await_fetches(signing_keys)
    [_, (_, source, error)] = measurements.of(KEY_FETCHES)
    assert (source, error) == ("none", "OSError")
    assert set(measurements.of(OUTAGE_USES)) == {(host,)}
    published.down = False
    clock.now += RETRY
    signing_keys.find(K1.key_id)
    await_fetches(signing_keys)
    counted = len(measurements.of(OUTAGE_USES))
    clock.now += RENEWAL
    signing_keys.find(K1.key_id)
    await_fetches(signing_keys)
    assert len(measurements.of(OUTAGE_USES)) == counted, "the outage is over: an ordinary renewal counts none"


def test_a_fetch_that_contradicts_the_settings_is_measured_so(measurements: Measurements, clock: Clock) -> None:
    published = ScriptedAuthority(keys=[K1.jwk()], changes={"issuer": "https://elsewhere.example/v2.0"})
    signing_keys = signing_keys_from(published.fetch, clock)
    with pytest.raises(AuthorityMismatch):
        signing_keys.find(K1.key_id)
    assert measurements.of(KEY_FETCHES) == [(signing_keys.host, "none", "authority_mismatch")]
