"""Signing keys in threads and processes: forks, threads that do not start, what another process has fetched."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django_entrance.verification.errors import AuthorityUnreachable, UnknownSigningKey
from django_entrance.verification.metadata.key_set import JITTER, LIFETIME, RENEWAL
from django_entrance.verification.metadata.pending_fetch import PendingFetch, start_thread
from django_entrance.verification.metadata.signing_keys import MOST_FETCHES, RETRY, SigningKeys
from django_entrance.verification.metadata.waiting import MOST_WAITING
from held_keys import K3, ONE_FETCH, Clock, await_fetches, call_in_threads, refuse_to_start, signing_keys_from
from scripted import K1, ScriptedAuthority


def test_without_a_thread_held_keys_go_on_and_the_next_try_counts(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    """A process at its limit of threads, or at its end, fetches nothing; nobody's good token suffers, then or later."""
    first = signing_keys.find("first-key")
    signing_keys.start = refuse_to_start
    for _ in range(MOST_FETCHES + 1):
        clock.now += RENEWAL
        assert signing_keys.find("first-key") is first
        assert signing_keys.state.pending == []
    signing_keys.start = start_thread
    assert published.requests == ONE_FETCH
    clock.now += RETRY
    assert signing_keys.find("first-key") is first
    await_fetches(signing_keys)
    assert published.requests == ONE_FETCH * 2


def test_without_a_thread_and_a_key_the_authority_is_unreachable(
    signing_keys: SigningKeys, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    signing_keys.start = refuse_to_start
    with pytest.raises(AuthorityUnreachable) as refusal:
        signing_keys.find("first-key")
    signing_keys.start = start_thread
    assert refusal.value.reason == "authority_unreachable"
    assert "Signing keys not fetched: can't start new thread" in caplog.text
    clock.now += RETRY
    assert signing_keys.find("first-key").key_id == "first-key"


def fork(signing_keys: SigningKeys) -> None:
    """Make the process another one, as it is after a fork; ``forking.py`` does it in earnest."""
    signing_keys.process_id = lambda: -1


def test_after_a_fork_neither_the_parents_fetch_nor_its_lock_is_waited_for(
    signing_keys: SigningKeys, published: ScriptedAuthority
) -> None:
    parents = signing_keys.state
    parents.last_began_at = signing_keys.clock()
    parents.pending.append(PendingFetch(began_at=signing_keys.clock(), is_for_missing_key=True, most_waiting=1))
    parents.lock.acquire()
    fork(signing_keys)
    assert call_in_threads(MOST_WAITING, lambda: signing_keys.find("first-key").key_id) == ["first-key"] * MOST_WAITING
    assert published.requests == ONE_FETCH
    assert len(parents.pending) == 1


def test_a_forked_process_has_a_cool_down_of_its_own(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    """The parent may have been fetching for that very key."""
    first = signing_keys.find("first-key")
    signing_keys.state.unknown_key_at = signing_keys.clock()
    published.keys = [K1.jwk(), K3.jwk()]
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("third-key")
    fork(signing_keys)
    assert signing_keys.find("first-key") is first, "what the parent held is held"
    assert published.requests == ONE_FETCH
    assert signing_keys.find("third-key").key_id == "third-key"
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("random")
    assert published.requests == ONE_FETCH * 2


@pytest.mark.parametrize("scene", ["cold", "meeting a new key"])
def test_a_worker_that_is_forked_in_the_middle_of_a_fetch_finds_keys(scene: str) -> None:
    """gunicorn --preload forks while threads of the parent fetch, hold the lock and remember tokens."""
    script = Path(__file__).parents[2] / "forking.py"
    run = subprocess.run([sys.executable, script, scene], timeout=60, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "let in\n"), run.stderr


def test_the_thread_that_fetches_has_a_name_and_keeps_no_process_alive(
    published: ScriptedAuthority, clock: Clock
) -> None:
    seen: list[tuple[str, bool]] = []

    def fetch(url: str) -> bytes:
        seen.append((threading.current_thread().name, threading.current_thread().daemon))
        return published.fetch(url)

    signing_keys_from(fetch, clock).find("first-key")
    assert set(seen) == {("entrance-keys", True)}


def test_documents_that_another_process_fetched_are_as_old_as_they_are(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    age = 3600.0
    documents = replace(signing_keys.source.download(), fetched_at=time.time() - age)
    signing_keys.accept(documents, asked_at=clock.now)
    assert signing_keys.held is not None
    assert clock.now - age + RENEWAL * (1 - JITTER) - 60 < signing_keys.held.renew_at
    assert signing_keys.held.renew_at < clock.now - age + RENEWAL + 60
    assert signing_keys.held.stale_at < clock.now - age + LIFETIME + 60
