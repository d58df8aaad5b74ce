"""Helpers for tests of signing keys: a clock, an authority that hangs, threads that call at once."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django_entrance.verification.issuers import workforce
from django_entrance.verification.metadata.documents import MetadataSource
from django_entrance.verification.metadata.pending_fetch import start_thread
from django_entrance.verification.metadata.signing_keys import SigningKeys
from scripted import K2, PUBLIC_HOST, TENANT, Key, ScriptedAuthority

DISCOVERY = f"/{TENANT}/v2.0/.well-known/openid-configuration"
JWKS = f"/{TENANT}/discovery/v2.0/keys"
ONE_FETCH = [PUBLIC_HOST + DISCOVERY, PUBLIC_HOST + JWKS]
EventT = TypeVar("EventT", bound=threading.Event)

K3 = Key(key_id="third-key", private=K2.private)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0  # seconds

    def __call__(self) -> float:
        return self.now


def metadata_source(fetch: Callable[[str], bytes], tenant: str = TENANT, **seams: Any) -> MetadataSource:
    return MetadataSource(addresses=workforce(PUBLIC_HOST, TENANT), tenant=tenant, fetch=fetch, **seams)


def signing_keys_from(fetch: Callable[[str], bytes], clock: Clock, **seams: Any) -> SigningKeys:
    return SigningKeys(metadata_source(fetch), clock=clock, **seams)


def await_fetches(signing_keys: SigningKeys) -> None:
    """Wait for the fetches in the background."""
    for fetch in list(signing_keys.state.pending):
        assert fetch.done.wait(10)


def held_key_ids(signing_keys: SigningKeys) -> set[str]:
    assert signing_keys.held is not None
    return set(signing_keys.held.keys)


def signing_keys_of_domain(published: ScriptedAuthority, clock: Clock) -> SigningKeys:
    """Keys of a tenant with a GUID that only the discovery document knows."""
    return SigningKeys(metadata_source(published.fetch, "contoso.com"), clock=clock)


def call_in_threads(count: int, call: Callable[[], object]) -> list[object]:
    """Call from ``count`` threads at once; return the results, exceptions included."""
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


class HangingAuthority:
    """An authority that answers only while ``may_answer`` is set."""

    def __init__(self, published: ScriptedAuthority) -> None:
        self.published = published
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = threading.Event()

    def fetch(self, url: str) -> bytes:
        self.asked.set()
        assert self.may_answer.wait(20)
        return self.published.fetch(url)


class NoticedEvent(threading.Event):
    """An event that tells when a thread waits for it, and for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.waiter = threading.Event()
        self.longest_wait: float | None = None

    def wait(self, timeout: float | None = None) -> bool:
        self.longest_wait = timeout
        self.waiter.set()
        return super().wait(timeout)


def observe_fetches(signing_keys: SigningKeys, make: Callable[[], EventT], report: Callable[[EventT], object]) -> None:
    """Give each new fetch an event of the test's own, and report that event before the fetch begins."""

    def start(run: Callable[[], None]) -> None:
        signing_keys.state.pending[-1].done = event = make()
        report(event)
        start_thread(run)

    signing_keys.start = start


def refuse_to_start(run: Callable[[], None]) -> None:
    raise RuntimeError("can't start new thread")
