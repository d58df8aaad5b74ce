"""Processes that share what one of them has fetched: here threads with keys of their own, over one store."""

import threading
import time
from contextlib import suppress

import pytest
from django_entrance.metrics import KEY_FETCHES
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AuthorityUnreachable, UnknownSigningKey
from django_entrance.verification.metadata.documents import Documents
from django_entrance.verification.metadata.key_set import LIFETIME, RENEWAL
from django_entrance.verification.metadata.sharing import CLAIM, get_documents, read_shared
from django_entrance.verification.metadata.signing_keys import COOL_DOWN
from held_keys import await_fetches, metadata_source
from measured import Measurements
from scripted import K1, K2, NOW, PUBLIC_HOST, TENANT, Key, ScriptedAuthority, as_json, trust

K3 = Key(key_id="third-key", private=K2.private)


class Store:
    """What a cache that works does."""

    def __init__(self) -> None:
        self.text: object = None
        self.lock = threading.Lock()
        self.claims = 0
        self.closed_by: list[str] = []

    def read(self) -> object:
        return self.text

    def write(self, text: str) -> None:
        self.text = text

    def claim(self, seconds: float) -> bool:
        self.claims += 1
        return self.lock.acquire(blocking=False)

    def release(self) -> None:
        if self.lock.locked():
            self.lock.release()

    def close(self) -> None:
        self.closed_by.append(threading.current_thread().name)


@pytest.fixture
def store() -> Store:
    return Store()


def worker(published: ScriptedAuthority, store: Store) -> Authority:
    return trust(published, store=store)


def test_fifty_workers_fetch_once(published: ScriptedAuthority, store: Store) -> None:
    gate, found = threading.Barrier(50), []

    def work() -> None:
        authority = worker(published, store)
        gate.wait(10)
        found.append(authority.keys.find("first-key").key_id)

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == ["first-key"] * 50
    assert len(published.requests) == 2


@pytest.mark.parametrize("is_down", [False, True])
def test_the_thread_of_a_fetch_closes_what_it_has_opened(
    published: ScriptedAuthority, store: Store, is_down: bool
) -> None:
    published.down = is_down
    authority = worker(published, store)
    with suppress(AuthorityUnreachable):
        authority.keys.find("first-key")
    for thread in threading.enumerate():
        if thread.name == "entrance-keys":
            thread.join(10)
    assert store.closed_by == ["entrance-keys"]


def test_a_later_worker_takes_what_is_there(
    published: ScriptedAuthority, store: Store, measurements: Measurements
) -> None:
    worker(published, store).keys.find("first-key")
    published.down = True
    assert worker(published, store).keys.find("second-key").key_id == "second-key"
    assert len(published.requests) == 2
    assert [source for _, source, _ in measurements.of(KEY_FETCHES)] == ["authority", "cache"]


def test_a_new_key_is_fetched_by_one_and_known_to_all(published: ScriptedAuthority, store: Store) -> None:
    one, other = worker(published, store), worker(published, store)
    one.keys.find("first-key")
    other.keys.find("first-key")
    published.keys = [K3.jwk()]
    for authority in (one, other):
        assert authority.keys.find("third-key").key_id == "third-key"
    assert len(published.requests) == 4


def test_what_lacks_the_key_in_question_is_not_good_enough(published: ScriptedAuthority, store: Store) -> None:
    """Another worker may have fetched just before the new key was published."""
    authority = worker(published, store)
    authority.keys.find("first-key")
    worker(published, store).keys.find("first-key")
    published.keys = [K1.jwk(), K3.jwk()]
    assert authority.keys.find("third-key").key_id == "third-key"
    with pytest.raises(UnknownSigningKey):
        authority.keys.find("random")
    assert len(published.requests) == 4, "and the cool-down is the worker's own"
    assert COOL_DOWN > 0


def test_what_another_fetched_since_is_not_good_enough_without_the_key(
    published: ScriptedAuthority, store: Store
) -> None:
    authority, other = worker(published, store), worker(published, store)
    authority.keys.find("first-key")
    other.keys.find("first-key")
    with pytest.raises(UnknownSigningKey):
        other.keys.find("random")
    assert len(published.requests) == 4, "what lies in the store is newer than what the first holds"
    published.keys = [K1.jwk(), K3.jwk()]
    assert authority.keys.find("third-key").key_id == "third-key"
    assert len(published.requests) == 6


def test_a_renewal_does_not_take_for_new_what_is_held(published: ScriptedAuthority, store: Store) -> None:
    authority, now = worker(published, store), [0.0]
    authority.keys.clock = lambda: now[0]
    authority.keys.find("first-key")
    now[0] += LIFETIME
    authority.keys.find("first-key")
    await_fetches(authority.keys)
    assert len(published.requests) == 4


def documents(fetched_at: float, *, keys: object = None) -> str:
    issuer = f"{PUBLIC_HOST}/{TENANT}/v2.0"
    discovery = {"issuer": issuer, "jwks_uri": f"{PUBLIC_HOST}/{TENANT}/discovery/v2.0/keys"}
    published = {"keys": [K1.jwk()] if keys is None else keys}
    return Documents(discovery=as_json(discovery), keys=as_json(published), fetched_at=fetched_at).as_json()


@pytest.mark.parametrize(
    ("age", "is_good"), [(0, True), (RENEWAL - 5, True), (RENEWAL + 5, False), (-60, False)], ids=str
)
def test_what_is_old_or_from_the_future_is_as_good_as_nothing(
    published: ScriptedAuthority, store: Store, age: float, is_good: bool
) -> None:
    store.text = documents(time.time() - age)
    assert worker(published, store).keys.find("first-key").key_id == "first-key"
    assert (len(published.requests) == 0) is is_good


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        b"pickled",
        {"keys": []},
        "",
        "x" * 50_000_000,
        "[" * 100_000,
        documents(1e18, keys=[]),
        documents(float("nan")),
        documents(float("inf")),
        documents(float("-inf")),
        documents(float(NOW)).replace(TENANT, "07e40000-0000-4000-8000-00000000000f"),
        documents(float(NOW)).replace(PUBLIC_HOST, "https://evil.example"),
    ],
    ids=lambda text: repr(text)[:30],
)
def test_what_does_not_stand_the_judgement_is_as_good_as_nothing(
    published: ScriptedAuthority, store: Store, text: object
) -> None:
    store.text = text
    assert read_shared(metadata_source(published.fetch), store, newer_than=0, key_id=None) is None
    store.text = documents(time.time() - 1)
    assert read_shared(metadata_source(published.fetch), store, newer_than=0, key_id=None) is not None


def test_a_claim_that_nobody_uses_is_waited_for_only_so_long(published: ScriptedAuthority, store: Store) -> None:
    """The process that had it was killed, or the store lies."""
    waits: list[float] = []
    store.lock.acquire()
    source = metadata_source(published.fetch)
    fetched = get_documents(source, store, newer_than=0, key_id=None, sleep=waits.append)
    assert fetched.keys
    assert len(published.requests) == 2
    assert sum(waits) == pytest.approx(CLAIM)
    assert store.text == fetched.as_json(), "what it fetched is for all"
    assert store.lock.locked(), "the claim is not its own to give back"


def test_what_was_written_just_before_the_claim_is_taken(published: ScriptedAuthority, store: Store) -> None:
    claim = store.claim

    def late(seconds: float) -> bool:
        store.text = documents(time.time() - 1)
        return claim(seconds)

    store.claim = late  # type: ignore[method-assign]  # another process ends between our look and our claim
    assert get_documents(metadata_source(published.fetch), store, newer_than=0, key_id=None).keys
    assert published.requests == []
    assert not store.lock.locked()


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"<html>", "Expecting value"), (b'{"keys":[]}', "no usable key"), (b"\xff", "can't decode")],
    ids=["page", "no key", "no text"],
)
def test_garbage_does_not_take_the_place_of_good_documents(
    published: ScriptedAuthority, store: Store, body: bytes, words: str
) -> None:
    """A worker that starts while the authority serves garbage lives on what another has fetched before."""
    worker(published, store).keys.find("first-key")
    published.bodies = {f"/{TENANT}/discovery/v2.0/keys": body}
    with pytest.raises(ValueError, match=words):
        get_documents(metadata_source(published.fetch), store, newer_than=time.time(), key_id=None)
    assert not store.lock.locked()
    assert worker(published, store).keys.find("first-key").key_id == "first-key"
    assert len(published.requests) == 4
    published.bodies = {}
    assert (
        get_documents(metadata_source(published.fetch), store, newer_than=time.time(), key_id=None).as_json()
        == store.text
    )


def test_a_failed_fetch_gives_its_claim_back(published: ScriptedAuthority, store: Store) -> None:
    published.down = True
    with pytest.raises(OSError, match="refused"):
        get_documents(metadata_source(published.fetch), store, newer_than=0, key_id=None)
    assert not store.lock.locked()
    published.down = False
    assert get_documents(metadata_source(published.fetch), store, newer_than=0, key_id=None).keys
    assert store.claims == 2


@pytest.mark.parametrize(("newer_than", "now"), [(50.0, 100.0), (99.9, 100.0), (50.0, 5000.0)])
def test_what_is_newer_and_not_of_the_future_is_recalled(
    published: ScriptedAuthority, store: Store, newer_than: float, now: float
) -> None:
    store.text = documents(100.0)
    source = metadata_source(published.fetch, clock=lambda: now)
    assert read_shared(source, store, newer_than=newer_than, key_id="first-key") is not None


@pytest.mark.parametrize(("newer_than", "now"), [(100.0, 5000.0), (50.0, 99.9)])
def test_what_is_as_old_or_of_the_future_is_not_recalled(
    published: ScriptedAuthority, store: Store, newer_than: float, now: float
) -> None:
    store.text = documents(100.0)
    source = metadata_source(published.fetch, clock=lambda: now)
    assert read_shared(source, store, newer_than=newer_than, key_id="first-key") is None


class Watched(Store):
    """Writes down what is asked of it, and lets another worker write when the claim is taken."""

    def __init__(self, written_meanwhile: str = "") -> None:
        super().__init__()
        self.asked: list[object] = []
        self.written_meanwhile = written_meanwhile

    def read(self) -> object:
        self.asked.append("read")
        return super().read()

    def claim(self, seconds: float) -> bool:
        self.asked.append(seconds)
        self.text = self.written_meanwhile or self.text
        return super().claim(seconds)


def test_what_is_there_is_taken_without_a_claim(published: ScriptedAuthority) -> None:
    store = Watched()
    store.text = documents(time.time() - 1)
    get_documents(metadata_source(published.fetch), store, newer_than=0, key_id="first-key")
    assert (store.asked, published.requests) == (["read"], [])


@pytest.mark.parametrize(("key_id", "requests"), [("first-key", 0), ("second-key", 2)])
def test_what_was_written_just_before_the_claim_is_taken_if_it_has_the_key(
    published: ScriptedAuthority, key_id: str, requests: int
) -> None:
    store = Watched(written_meanwhile=documents(time.time() - 1))
    get_documents(metadata_source(published.fetch), store, newer_than=0, key_id=key_id)
    assert (store.asked, len(published.requests)) == (["read", CLAIM, "read"], requests)


def test_what_lacks_the_key_is_claimed_at_once(published: ScriptedAuthority) -> None:
    store = Watched()
    store.text = documents(time.time() - 1)
    get_documents(metadata_source(published.fetch), store, newer_than=0, key_id="second-key")
    assert (store.asked, len(published.requests)) == (["read", CLAIM, "read"], 2)
