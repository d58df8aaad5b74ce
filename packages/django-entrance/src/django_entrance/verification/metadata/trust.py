"""Keeps what TLS connections trust: reading the certificates takes three times as long as all else of a sign-in."""

import os
import ssl
from functools import lru_cache

Store = tuple[str, int, int]
"""A file or folder of certificates, its inode, and when it was last changed, in nanoseconds."""


def trusting(bundle: str) -> ssl.SSLContext:
    """Return a context that trusts the system's certificate authorities and those of a bundle, a file or folder.

    All connections of the process share it until one of the stores has changed. ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``
    name other stores than the system's.

    Raises:
        OSError: the bundle cannot be read, or has no certificates (ssl.SSLError).
    """
    system = ssl.get_default_verify_paths()
    return read_stores(as_store(bundle), *(as_store(path) for path in (system.cafile, system.capath) if path))


def as_store(path: str) -> Store:
    found = os.stat(path)
    return path, found.st_ino, found.st_mtime_ns


@lru_cache(maxsize=4)
def read_stores(bundle: Store, *_: Store) -> ssl.SSLContext:
    context = ssl.create_default_context()
    path = bundle[0]
    context.load_verify_locations(*((None, path) if os.path.isdir(path) else (path, None)))
    return context
