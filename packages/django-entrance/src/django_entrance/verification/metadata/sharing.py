"""Shares fetched documents between the processes of a site, through a store that is not trusted."""

import time
from collections.abc import Callable
from typing import Protocol

from django_entrance.verification.errors import AuthorityMismatch
from django_entrance.verification.metadata.documents import Documents, MetadataSource
from django_entrance.verification.metadata.fetch import DOCUMENT_TIMEOUT

CLAIM = 2 * DOCUMENT_TIMEOUT
"""Seconds for which one process may make the others wait: the time limit of two documents."""

POLL = 0.05
"""Seconds between two looks at the store while another process fetches."""

Sleep = Callable[[float], None]


class DocumentStore(Protocol):
    """A place that all processes reach. It never raises: a store that is down is empty and grants every claim."""

    def read(self) -> object:
        """Return the text that was written last, or anything else."""
        ...

    def write(self, text: str) -> None: ...

    def claim(self, seconds: float) -> bool:
        """Return True to only one process in ``seconds``: it fetches, and the others wait for its documents."""
        ...

    def release(self) -> None: ...

    def close(self) -> None:
        """Close what the calling thread has opened, before that thread ends."""
        ...


def get_documents(
    source: MetadataSource,
    store: DocumentStore | None,
    *,
    newer_than: float,
    key_id: str | None,
    sleep: Sleep = time.sleep,
) -> Documents:
    """Return documents fetched after ``newer_than`` (seconds since 1970), by another process or by this one.

    Documents of another process must contain the key ``key_id``, when one is given.

    Raises:
        OSError, ValueError, AuthorityMismatch: as ``MetadataSource.download`` and ``MetadataSource.read`` do.
    """
    if store is None:
        return source.download()
    for _ in range(round(CLAIM / POLL)):
        found = read_shared(source, store, newer_than=newer_than, key_id=key_id)
        if found is not None:
            return found
        if store.claim(CLAIM):
            try:
                found = read_shared(source, store, newer_than=newer_than, key_id=key_id)  # written before the claim
                return found or download_for_all(source, store)
            finally:
                store.release()
        sleep(POLL)
    return download_for_all(source, store)  # the process with the claim hangs; the claim stays its own


def download_for_all(source: MetadataSource, store: DocumentStore) -> Documents:
    """Fetch documents, check them, and write them: bad documents must not replace good ones in the store.

    Raises:
        OSError, ValueError, AuthorityMismatch: as ``MetadataSource.download`` and ``MetadataSource.read`` do.
    """
    documents = source.download()
    source.read(documents)
    store.write(documents.as_json())
    return documents


def read_shared(
    source: MetadataSource, store: DocumentStore, *, newer_than: float, key_id: str | None
) -> Documents | None:
    """Return the documents in the store if they pass the checks of a fresh download and are new enough."""
    try:
        documents = Documents.from_json(store.read())
        if not newer_than < documents.fetched_at <= source.clock():
            return None
        keys = source.read(documents).keys
    except (ValueError, RecursionError, AuthorityMismatch):
        return None
    return documents if key_id is None or key_id in keys else None
