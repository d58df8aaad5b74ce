"""What the tests of signing keys share: a clock, an authority that hangs, threads that come at once."""

import threading
from collections.abc import Callable

from django_entrance.verification.issuers import workforce
from django_entrance.verification.metadata.documents import MetadataSource
from django_entrance.verification.metadata.signing_keys import (
    SigningKeys,
)
from scripted import K2, PUBLIC_HOST, TENANT, Key, ScriptedAuthority

DISCOVERY = f"/{TENANT}/v2.0/.well-known/openid-configuration"
JWKS = f"/{TENANT}/discovery/v2.0/keys"
ONE_FETCH = [PUBLIC_HOST + DISCOVERY, PUBLIC_HOST + JWKS]
K3 = Key(key_id="third-key", private=K2.private)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0  # seconds

    def __call__(self) -> float:
        return self.now


def held_by(fetch: Callable[[str], bytes], clock: Clock) -> SigningKeys:
    publisher = MetadataSource(addresses=workforce(PUBLIC_HOST, TENANT), tenant=TENANT, fetch=fetch)
    return SigningKeys(publisher, clock=clock)


def land(signing_keys: SigningKeys) -> None:
    """Wait for what is fetched in the background."""
    for flight in list(signing_keys.state.pending):
        assert flight.done.wait(10)


def names(signing_keys: SigningKeys) -> set[str]:
    assert signing_keys.held is not None
    return set(signing_keys.held.keys)


def of_a_domain(published: ScriptedAuthority, clock: Clock) -> SigningKeys:
    """Keys of a tenant whose GUID only the discovery document knows."""
    addresses = workforce(PUBLIC_HOST, TENANT)
    return SigningKeys(MetadataSource(addresses=addresses, tenant="contoso.com", fetch=published.fetch), clock=clock)


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


def cannot_start(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")
