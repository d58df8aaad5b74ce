"""Holds an authority's signing keys: fetched late, renewed ahead of time, kept through outages, proof to storms."""

import logging
import math
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django_entrance.verification.errors import AuthorityMismatch, AuthorityUnreachable, UnknownSigningKey, shown
from django_entrance.verification.metadata.documents import Documents, Publisher
from django_entrance.verification.metadata.fetch import PATIENCE
from django_entrance.verification.metadata.jwks import SigningKey
from django_entrance.verification.metadata.sharing import DocumentStore, obtain
from django_entrance.verification.unverified import headers_of, read_key_id
from django_entrance.verification.waiting import MOST_WAITING, MOST_WAITING_AGAIN, wait_for

log = logging.getLogger("django_entrance")

RENEWAL = 60 * 60.0
"""Seconds after which the keys are fetched anew in the background (Microsoft: signing-key-rollover, hourly)."""

LIFE = 24 * 60 * 60.0
"""Seconds after which a request fetches them itself before it goes on (Microsoft: signing-key-rollover, 24 hours)."""

SPREAD = 0.2
"""By up to this share both come earlier, so that the processes of a site do not all ask at once."""

COOL_DOWN = 5 * 60.0
"""Seconds between two fetches that an unknown key id causes (Microsoft: at most once per five minutes)."""

RETRY = 10.0
"""Seconds between two tries while there is no key at all, or the last renewal failed."""

WAIT = 2 * PATIENCE
"""Seconds that a request waits for a fetch at most: two documents."""

MOST_FLIGHTS = 4
"""Fetches that may hang at a time in a process; more are not started until one has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The keys of one fetch, asked for at ``fetched_at`` (seconds since 1970); the other times are the clock's.

    ``asked_at`` is when this process began to ask, itself or through the store. It says which of two sets is the newer:
    the clock goes forward only, and what is known of a late answer is when it was asked for.
    ``headers`` tells the keys by the headers that Entra writes for them.
    """

    issuer: str
    keys: Mapping[str, SigningKey]
    headers: Mapping[str, str]
    fetched_at: float
    asked_at: float
    renew_at: float
    stale_at: float


@dataclass(slots=True, kw_only=True, eq=False)
class Flight:
    """A fetch under way in a thread of its own. ``is_for_a_key`` tells that a key id caused it, held keys or not."""

    started_at: float
    is_for_a_key: bool
    most_waiting: int
    done: threading.Event = field(default_factory=threading.Event)

    def has_been_awaited(self) -> bool:
        """Wait for it, WAIT seconds at most; return False at once when as many requests wait as may."""
        return wait_for(self.done, WAIT, most=self.most_waiting)


@dataclass(slots=True, eq=False)
class Tries:
    """What one process has tried: the fetches under way, when the last began, and when a key id last caused one."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    flights: list[Flight] = field(default_factory=list)
    tried_at: float = float("-inf")
    surprised_at: float = float("-inf")


def too_many_waiting() -> AuthorityUnreachable:
    """Make the refusal of a request that found no place to wait: the keys may be there in a second."""
    refusal = AuthorityUnreachable(expected="fewer requests that wait for the signing keys")
    refusal.retry_after = 1
    return refusal


class SigningKeys:
    """The signing keys of one authority, shared by all threads of a process.

    ``find`` and ``issuer`` are the only places of a request that may use the network. There is one fetch at a time; a
    request waits for it only when it has no good key without it, and when few others wait: see ``waiting``.
    """

    def __init__(
        self, publisher: Publisher, *, store: DocumentStore | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.publisher = publisher
        self.store = store
        self.clock = clock
        self.held: KeySet | None = None
        self.mismatch: AuthorityMismatch | None = None
        self.tries_by_process: dict[int, Tries] = {}

    @property
    def tries(self) -> Tries:
        """What this process has tried; two threads that ask at once are given the same.

        After a fork it is nothing: the parent's threads are gone, and their lock may stay taken for ever.
        """
        process = os.getpid()
        return self.tries_by_process.get(process) or self.tries_by_process.setdefault(process, Tries())

    def find(self, key_id: str) -> SigningKey:
        """Return the key of that id.

        Raises:
            UnknownSigningKey: the authority does not publish it, as far as the last allowed fetch tells.
            AuthorityUnreachable: no key was ever fetched, and none can be now; or too many requests wait for this one.
        """
        held = self.held
        if held is None or key_id not in held.keys:
            held = self.fetched(key_id)
        elif self.clock() >= held.renew_at:
            held = self.renewed(held)
        key = held.keys.get(key_id)
        if key is None:
            raise UnknownSigningKey(expected="a published key id", came=key_id)
        return key

    def key_id_in(self, header: str) -> str:
        """Return the key id that a JOSE header names: known as what Entra writes for a held key, or else read.

        Raises:
            MalformedToken: it is not one that Entra writes.
        """
        known = None if self.held is None else self.held.headers.get(header)
        return known or read_key_id(header)

    def issuer(self) -> str:
        """Return the issuer that the discovery document states, which is the only one to know a domain's tenant.

        Raises:
            AuthorityUnreachable: the document was never fetched, and cannot be now.
        """
        return (self.held or self.fetched(None)).issuer

    def renewed(self, held: KeySet) -> KeySet:
        """Have the keys fetched anew in the background; only who first meets stale ones waits for the answer."""
        now = self.clock()
        tries = self.tries
        is_first_to_meet_stale = now >= held.stale_at > tries.tried_at
        flight = self.flight(lambda: now - tries.tried_at >= RETRY)
        if flight is not None and is_first_to_meet_stale:
            flight.has_been_awaited()
        return self.held or held

    def fetched(self, key_id: str | None) -> KeySet:
        """Return the newest keys, fetched for a key id that is not among the held ones, if a fetch is due.

        In the cool-down nobody waits for a renewal: while one hangs, made-up key ids would keep every thread busy.

        Raises:
            AuthorityUnreachable: there are none, or too many requests wait for them.
        """
        tries = self.tries
        is_due = self.is_due(key_id, tries)
        if is_due or tries.flights:
            flight = self.flight(lambda: self.is_due(key_id, tries), key_id)
            if flight is not None and (is_due or flight.is_for_a_key) and not flight.has_been_awaited():
                raise too_many_waiting()
        if self.held is not None:
            return self.held
        if self.mismatch is not None:
            raise AuthorityMismatch(expected=self.mismatch.expected, came=self.mismatch.came)
        raise AuthorityUnreachable(expected=f"an answer from {self.publisher.addresses.discovery_url}")

    def is_due(self, key_id: str | None, tries: Tries) -> bool:
        """Tell whether a fetch is allowed now that a key id is missing, or everything."""
        if self.held is None:
            return self.clock() - tries.tried_at >= RETRY
        return self.clock() - tries.surprised_at >= COOL_DOWN and self.lacks(key_id)

    def lacks(self, key_id: str | None) -> bool:
        """Tell whether a key id is asked for, and is not among the held ones."""
        return self.held is not None and key_id is not None and key_id not in self.held.keys

    def most_waiting(self, tries: Tries) -> int:
        """Return how many may wait for the next fetch: fewer when the last has brought no keys."""
        has_failed = tries.tried_at > (-math.inf if self.held is None else self.held.asked_at)
        return MOST_WAITING_AGAIN if has_failed else MOST_WAITING

    def flight(self, is_due: Callable[[], bool], key_id: str | None = None) -> Flight | None:
        """Return the fetch that is under way, a new one if none is and one is due, or None."""
        tries = self.tries
        with tries.lock:
            now = self.clock()
            if tries.flights and now - tries.flights[-1].started_at < WAIT:
                return tries.flights[-1]
            if len(tries.flights) >= MOST_FLIGHTS or not is_due():
                return None
            flight = Flight(
                started_at=now,
                is_for_a_key=self.held is None or self.lacks(key_id),
                most_waiting=self.most_waiting(tries),
            )
            tries.flights.append(flight)
            tries.tried_at = now
            if self.lacks(key_id):
                tries.surprised_at = now
        try:
            threading.Thread(target=self.fly, args=(flight, key_id), name="entrance-keys", daemon=True).start()
        except RuntimeError as fault:  # no thread is left, or the interpreter ends
            log.warning("Signing keys not fetched: %s", fault)
            self.land(flight)
        return flight

    def fly(self, flight: Flight, key_id: str | None) -> None:
        """Replace the held set; when that fails, keep it."""
        address = self.publisher.addresses.discovery_url
        newer_than = time.time() - RENEWAL if self.held is None else self.held.fetched_at
        try:
            documents = obtain(self.publisher, self.store, newer_than=newer_than, key_id=key_id)
            self.adopt(documents, asked_at=flight.started_at)
        except AuthorityMismatch as mismatch:
            self.mismatch = mismatch
            log.error("Signing keys refused from %s: %s", address, mismatch)
        except Exception as fault:  # whatever it was, requests go on with the keys that are held
            log.warning("Signing keys not fetched from %s: %s", address, shown(str(fault)))
        finally:
            self.land(flight)
            if self.store is not None:
                self.store.close()

    def land(self, flight: Flight) -> None:
        tries = self.tries
        with tries.lock:
            tries.flights.remove(flight)
        flight.done.set()

    def adopt(self, documents: Documents, *, asked_at: float) -> None:
        """Hold what newer documents say; a key that they still publish stays the same object.

        Raises:
            ValueError: they cannot be read.
            AuthorityMismatch: they contradict the settings, or what the issuer was before.
        """
        published = self.publisher.read(documents)
        fetched_at = self.clock() - max(0.0, time.time() - documents.fetched_at)
        spread = 1 - SPREAD * random.random()
        with self.tries.lock:
            held = self.held
            if held is not None and held.issuer != published.issuer:
                raise AuthorityMismatch(expected=f"issuer {held.issuer}", came=published.issuer)
            if held is not None and held.asked_at > asked_at:
                return
            known = {} if held is None else held.keys
            self.held = KeySet(
                issuer=published.issuer,
                keys={name: known[name] if known.get(name) == key else key for name, key in published.keys.items()},
                headers={header: name for name in published.keys for header in headers_of(name)},
                fetched_at=documents.fetched_at,
                asked_at=asked_at,
                renew_at=fetched_at + RENEWAL * spread,
                stale_at=fetched_at + LIFE * spread,
            )
            self.mismatch = None
