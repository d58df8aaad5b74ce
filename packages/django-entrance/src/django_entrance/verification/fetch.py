"""Fetches one document of an authority over HTTP: bounded in time and size, no redirects, no credentials."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

Fetch = Callable[[str], bytes]
"""Address → body of the document there. Raises OSError when it cannot be had."""

PATIENCE = 5.0
"""Seconds that one document may take altogether."""

LARGEST_DOCUMENT = 1_000_000
CHUNK = 16_384


class SystemTrust(HTTPAdapter):
    """Trusts the certificate authorities of the operating system beside those that requests brings.

    That is where companies put the authority of their own proxy. ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name other
    stores, ``REQUESTS_CA_BUNDLE`` one for requests alone; ``HTTPS_PROXY`` and ``NO_PROXY`` are followed, too.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=ssl.create_default_context(), **kwargs)


def fetch_document(url: str, *, clock: Callable[[], float] = time.monotonic) -> bytes:
    """Return the body at ``url`` within PATIENCE seconds and LARGEST_DOCUMENT bytes; no redirect is followed.

    Raises:
        OSError: no answer, not in time, too large, or a status other than 200 (requests' errors are OSErrors).
    """
    deadline = clock() + PATIENCE
    with asking(url) as response:
        return read_body(response, deadline, clock)


@contextmanager
def asking(url: str) -> Iterator[requests.Response]:
    """Ask for a document and hand out the answer before its body is read.

    Raises:
        OSError: no answer in PATIENCE seconds, or a status other than 200.
    """
    with requests.Session() as session:
        session.auth = send_no_credentials
        session.headers["Accept-Encoding"] = "identity"  # what is not packed cannot be a bomb
        session.mount("https://", SystemTrust())
        with session.get(url, timeout=PATIENCE, allow_redirects=False, stream=True) as response:
            if response.status_code != 200:
                raise OSError(f"expected status 200, came {response.status_code}")
            yield response


def read_body(response: requests.Response, deadline: float, clock: Callable[[], float]) -> bytes:
    """Read as the bytes come, so that a server which drips them is noticed in time."""
    body = bytearray()
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            body += chunk
            if len(body) > LARGEST_DOCUMENT:
                raise OSError(f"the document has more than {LARGEST_DOCUMENT} bytes")
            if clock() > deadline:
                raise OSError(f"the document took more than {PATIENCE:g} seconds")
    except HTTPError as fault:
        raise OSError(f"the document broke off: {type(fault).__name__}") from fault
    return bytes(body)


def send_no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding what a .netrc file has for the host."""
    return request
