"""Lets the processes of a site share what one of them has fetched, through a store that none of them trusts."""

import time
from typing import Protocol

from django_entrance.verification.errors import AuthorityMismatch
from django_entrance.verification.metadata.documents import Documents, Publisher
from django_entrance.verification.metadata.fetch import PATIENCE

CLAIM = 2 * PATIENCE
"""Seconds for which one process may keep the others waiting: what two documents take at most."""

POLL = 0.05
"""Seconds between two looks at the store while another process fetches."""


class DocumentStore(Protocol):
    """A place that all processes reach. It never raises: a store that is down is an empty one, and grants claims."""

    def read(self) -> object:
        """Return what was written last, or anything else."""
        ...

    def write(self, text: str) -> None: ...

    def claim(self, seconds: float) -> bool:
        """Return True to one process within ``seconds``: it fetches, the others wait for what it writes."""
        ...

    def release(self) -> None: ...

    def close(self) -> None:
        """End what the calling thread has opened; it ends itself."""
        ...


def obtain(publisher: Publisher, store: DocumentStore | None, *, newer_than: float, key_id: str | None) -> Documents:
    """Return documents fetched after ``newer_than`` (seconds since 1970), by another process or by this one.

    What another process has fetched is good enough only if it has the key ``key_id``, when one is asked for.

    Raises:
        OSError, ValueError, AuthorityMismatch: as ``Publisher.download`` and ``Publisher.read`` do.
    """
    if store is None:
        return publisher.download()
    for _ in range(round(CLAIM / POLL)):
        found = recall(publisher, store, newer_than=newer_than, key_id=key_id)
        if found is not None:
            return found
        if store.claim(CLAIM):
            try:
                found = recall(publisher, store, newer_than=newer_than, key_id=key_id)  # written just before the claim
                return found or download_for_all(publisher, store)
            finally:
                store.release()
        time.sleep(POLL)
    return download_for_all(publisher, store)  # who has the claim does not come to an end; it stays his


def download_for_all(publisher: Publisher, store: DocumentStore) -> Documents:
    """Fetch documents and write them, if they stand the judgement: what is there may be better than garbage.

    Raises:
        OSError, ValueError, AuthorityMismatch: as ``Publisher.download`` and ``Publisher.read`` do.
    """
    documents = publisher.download()
    publisher.read(documents)
    store.write(documents.as_json())
    return documents


def recall(publisher: Publisher, store: DocumentStore, *, newer_than: float, key_id: str | None) -> Documents | None:
    """Return what the store has, if it stands the same judgement as a fresh download and is new enough."""
    try:
        documents = Documents.from_json(store.read())
        if not newer_than < documents.fetched_at <= time.time():
            return None
        keys = publisher.read(documents).keys
    except (ValueError, RecursionError, AuthorityMismatch):
        return None
    return documents if key_id is None or key_id in keys else None
