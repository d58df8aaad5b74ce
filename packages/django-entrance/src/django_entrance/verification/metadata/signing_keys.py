"""Holds an authority's signing keys: fetched on demand, renewed in the background, kept through outages."""

import logging
import math
import os
import random
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from django_entrance.metrics import KEY_FETCHES, OUTAGE_USES, measure
from django_entrance.verification.errors import AuthorityMismatch, AuthorityUnreachable, UnknownSigningKey, shown
from django_entrance.verification.metadata.documents import Documents, MetadataSource
from django_entrance.verification.metadata.fetch import DOCUMENT_TIMEOUT
from django_entrance.verification.metadata.jwks import SigningKey
from django_entrance.verification.metadata.key_set import JITTER, RENEWAL, KeySet, make_key_set
from django_entrance.verification.metadata.pending_fetch import (
    FetchState,
    PendingFetch,
    is_outage,
    start_thread,
    too_many_waiting,
)
from django_entrance.verification.metadata.sharing import DocumentStore, Sleep, get_documents
from django_entrance.verification.metadata.waiting import MOST_WAITING, MOST_WAITING_AFTER_FAILURE

log = logging.getLogger("django_entrance")

COOL_DOWN = 5 * 60.0
"""Seconds between two fetches that an unknown key id causes (Microsoft: at most once per five minutes)."""

RETRY = 10.0
"""Seconds between two attempts while there are no keys, or the last renewal failed."""

WAIT = 2 * DOCUMENT_TIMEOUT
"""Seconds that a request waits for a fetch at most: the time limit of two documents."""

MOST_FETCHES = 4
"""Fetches of a process that may hang at a time; no other starts until one has ended."""


class SigningKeys:
    """The signing keys of one authority, shared by all threads of a process.

    Only ``find`` and ``issuer`` may use the network during a request. Fetches run one at a time. A request waits for
    one only when it cannot go on without it and few others wait: see ``waiting``. ``jitter`` gives a number from 0 to
    1; ``start`` runs a fetch in the background.
    """

    def __init__(
        self,
        source: MetadataSource,
        *,
        store: DocumentStore | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = time.sleep,
        jitter: Callable[[], float] = random.random,
        start: Callable[[Callable[[], None]], None] = start_thread,
        process_id: Callable[[], int] = os.getpid,
        wait_seconds: float = WAIT,
    ) -> None:
        self.source = source
        self.store = store
        self.clock = clock
        self.sleep = sleep
        self.jitter = jitter
        self.start = start
        self.process_id = process_id
        self.wait_seconds = wait_seconds
        self.held: KeySet | None = None
        self.mismatch: AuthorityMismatch | None = None
        self.states: dict[int, FetchState] = {}

    @property
    def state(self) -> FetchState:
        """The fetches of this process. Two threads that ask at once get the same object.

        A fork starts with an empty one: it has none of the parent's threads, and their lock may stay locked.
        """
        process = self.process_id()
        return self.states.get(process) or self.states.setdefault(process, FetchState())

    def prepare(self) -> None:
        """Start a fetch if there are no keys, and do not wait: a sign-in that begins will need them."""
        if self.held is None:
            self.begin_fetch(partial(self.is_due, None, self.state))

    def find(self, key_id: str, *, until: float | None = None) -> SigningKey:
        """Return the key with that id.

        ``until`` is for a sign-in, which cannot be repeated: when it has to be done, by ``clock``. It may wait briefly
        beside the few requests that may wait long.

        Raises:
            UnknownSigningKey: the authority does not publish the key, according to the last allowed fetch.
            AuthorityUnreachable: there are no keys and none can be fetched, or too many requests wait for this one.
        """
        held = self.held
        if held is None or key_id not in held.keys:
            held = self.fetch_missing(key_id, until)
        elif self.clock() >= held.renew_at:
            held = self.renew(held, until)
        key = held.keys.get(key_id)
        if key is None:
            raise UnknownSigningKey(expected="a published key id", actual=key_id)
        return key

    def known_key_id(self, header: str) -> str | None:
        """Return the key id of a JOSE header that Entra writes for a held key, or None for any other header."""
        return None if self.held is None else self.held.headers.get(header)

    def issuer(self, *, until: float | None = None) -> str:
        """Return the issuer in the discovery document, the only place with the tenant id of a domain.

        ``until`` is as in ``find``.

        Raises:
            AuthorityUnreachable: the document was never fetched, and cannot be fetched now.
        """
        return (self.held or self.fetch_missing(None, until)).issuer

    def renew(self, held: KeySet, until: float | None = None) -> KeySet:
        """Start a renewal in the background. Only the first request that meets stale keys waits for it."""
        now, state = self.clock(), self.state
        is_first_with_stale_keys = now >= held.stale_at > state.last_began_at
        fetch = self.begin_fetch(lambda: now - state.last_began_at >= RETRY)
        if fetch is not None and is_first_with_stale_keys:
            self.wait_for(fetch, until)
        if state.is_outage:
            measure(OUTAGE_USES, self.host)
        return self.held or held

    def fetch_missing(self, key_id: str | None, until: float | None = None) -> KeySet:
        """Return the newest keys, after a fetch for a key id that is not held, if one is due.

        In the cool-down no request waits for a renewal: otherwise made-up key ids could keep every thread busy.

        Raises:
            AuthorityUnreachable: there are no keys, or too many requests wait for them.
        """
        state = self.state
        is_due = self.is_due(key_id, state)
        if is_due or state.pending:
            fetch = self.begin_fetch(lambda: self.is_due(key_id, state), key_id)
            must_wait = is_due or (fetch is not None and fetch.is_for_missing_key)
            if fetch is not None and must_wait and not self.wait_for(fetch, until):
                raise too_many_waiting()
        if self.held is not None:
            return self.held
        if self.mismatch is not None:
            raise AuthorityMismatch(expected=self.mismatch.expected, actual=self.mismatch.actual)
        refusal = AuthorityUnreachable(expected=f"an answer from {self.source.addresses.discovery_url}")
        refusal.is_outage = bool(state.pending) or state.is_outage
        raise refusal

    def wait_for(self, fetch: PendingFetch, until: float | None) -> bool:
        if until is None:
            return fetch.wait(self.wait_seconds)
        return fetch.wait(min(self.wait_seconds, max(0.0, until - self.clock())), may_be_brief=True)

    def is_due(self, key_id: str | None, state: FetchState) -> bool:
        """Tell whether a fetch is allowed for a missing key id, or while there are no keys."""
        if self.held is None:
            return self.clock() - state.last_began_at >= RETRY
        return self.clock() - state.unknown_key_at >= COOL_DOWN and self.lacks(key_id)

    def lacks(self, key_id: str | None) -> bool:
        """Tell whether keys are held, but not the one with this id."""
        return self.held is not None and key_id is not None and key_id not in self.held.keys

    def most_waiting(self, state: FetchState) -> int:
        """Return how many requests may wait for the next fetch: fewer after a failed one."""
        has_failed = state.last_began_at > (-math.inf if self.held is None else self.held.asked_at)
        return MOST_WAITING_AFTER_FAILURE if has_failed else MOST_WAITING

    def begin_fetch(self, is_due: Callable[[], bool], key_id: str | None = None) -> PendingFetch | None:
        """Return the fetch under way, or start one if it is due; None if it is not."""
        state = self.state
        with state.lock:
            now = self.clock()
            if state.pending and now - state.pending[-1].began_at < self.wait_seconds:
                return state.pending[-1]
            if len(state.pending) >= MOST_FETCHES or not is_due():
                return None
            fetch = PendingFetch(
                began_at=now,
                is_for_missing_key=self.held is None or self.lacks(key_id),
                most_waiting=self.most_waiting(state),
            )
            state.pending.append(fetch)
            state.last_began_at = now
            if self.lacks(key_id):
                state.unknown_key_at = now
        try:
            self.start(partial(self.run_fetch, fetch, key_id))
        except RuntimeError as fault:  # no thread is left, or the interpreter is shutting down
            log.warning("Signing keys not fetched: %s", fault)
            state.is_outage = False
            self.finish_fetch(fetch)
        return fetch

    def run_fetch(self, fetch: PendingFetch, key_id: str | None) -> None:
        """Replace the held keys. After a failure they stay."""
        address = self.source.addresses.discovery_url
        newer_than = self.source.clock() - RENEWAL if self.held is None else self.held.fetched_at
        came_from, error = "none", None
        try:
            documents = get_documents(self.source, self.store, newer_than=newer_than, key_id=key_id, sleep=self.sleep)
            self.accept(documents, asked_at=fetch.began_at)
            self.state.is_outage = False
            came_from = "cache" if documents.is_shared else "authority"
        except AuthorityMismatch as mismatch:
            self.mismatch, error = mismatch, mismatch.reason
            self.state.is_outage = False
            log.error("Signing keys refused from %s: %s", address, mismatch)
        except Exception as fault:  # after any fault, requests go on with the held keys
            self.state.is_outage, error = is_outage(fault), type(fault).__name__
            log.warning("Signing keys not fetched from %s: %s", address, shown(str(fault)))
        finally:
            measure(KEY_FETCHES, self.host, came_from, error, amount=self.clock() - fetch.began_at)
            self.finish_fetch(fetch)
            if self.store is not None:
                self.store.close()

    @property
    def host(self) -> str | None:
        """The host of the discovery document."""
        return urlsplit(self.source.addresses.discovery_url).hostname

    def finish_fetch(self, fetch: PendingFetch) -> None:
        state = self.state
        with state.lock:
            state.pending.remove(fetch)
        fetch.done.set()

    def accept(self, documents: Documents, *, asked_at: float) -> None:
        """Hold the keys in documents, unless newer ones are held.

        Raises:
            ValueError: the documents cannot be read.
            AuthorityMismatch: they contradict the settings, or the issuer has changed.
        """
        metadata = self.source.read(documents)
        start = self.clock() - max(0.0, self.source.clock() - documents.fetched_at)
        with self.state.lock:
            held = self.held
            if held is not None and held.issuer != metadata.issuer:
                raise AuthorityMismatch(expected=f"issuer {held.issuer}", actual=metadata.issuer)
            if held is not None and held.asked_at > asked_at:
                return
            share = 1 - JITTER * self.jitter()
            self.held = make_key_set(
                metadata, held, fetched_at=documents.fetched_at, asked_at=asked_at, start=start, share=share
            )
            self.mismatch = None
